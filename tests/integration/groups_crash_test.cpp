// A group that kills the process when it is finished is found, named and passed by.
#include "tests/integration/kafka_groups.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KafkaGroupsThatKill : public KafkaGroups {
 protected:
  // Until it is caught up, by the program with the nodes that crash.
  std::pair<int, std::string> run(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"--until-caught-up"};
    all.insert(all.end(), more.begin(), more.end());
    const auto process = start(all, crash_program);
    const int code = process->wait(60s).value_or(-1000);
    return {code, process->said(20'000)};
  }
};

const std::string crash_in_finish = "crash_in_finish: {by: 'header:group', count: ";

TEST_F(KafkaGroupsThatKill, AGroupThatIsCompleteIsNamedAndCanBePassedBy) {
  graph(2, "idle: 2s", "", crash_in_finish);
  send({{"good", 1}, {"bad", 7}, {"good", 3}, {"bad", 7}, {"late", 1}});
  EXPECT_EQ(run().first, -SIGABRT);
  EXPECT_EQ(run().first, -SIGABRT);
  const auto third = run();
  EXPECT_EQ(third.first, -SIGABRT);
  EXPECT_THAT(third.second,
              HasSubstr("died or was cut off 2 times, the last time while it finished the group of " + in +
                        ":0:1-3"));
  EXPECT_THAT(third.second, HasSubstr("--skip " + in + ":0:1 --skip " + in + ":0:3"));
  const auto skipped = run({"--skip", in + ":0:1", "--skip", in + ":0:3"});
  EXPECT_EQ(skipped.first, 3) << skipped.second;
  EXPECT_EQ(results().count("0,2: 1"), 1u);
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
}

// Three groups end by time at once, and it is the one in the middle that kills: each is finished alone.
TEST_F(KafkaGroupsThatKill, AGroupThatEndsByTimeIsNamedToo) {
  for (const std::string time : {"idle: 1s", "idle: 60s, longest: 2s"}) {
    const std::int64_t at = broker().ends(in).at(0);
    graph(2, time + ", incomplete: emit", "", crash_in_finish);
    send({{"good", 1}, {"bad", 7}, {"better", 3}});
    EXPECT_EQ(run().first, -SIGABRT);
    EXPECT_EQ(run().first, -SIGABRT);
    const auto third = run();
    EXPECT_EQ(third.first, -SIGABRT);
    const std::string bad = fmt::format("{}:0:{}", in, at + 1);
    EXPECT_THAT(third.second, HasSubstr("while it finished the group of " + bad));
    EXPECT_THAT(third.second, HasSubstr("--skip " + bad + "\n")) << "its one record alone";
    const auto skipped = run({"--skip", bad});
    EXPECT_EQ(skipped.first, 3) << skipped.second;
    EXPECT_EQ(results().count(fmt::format("{}: 1", at)), 1u);
    EXPECT_EQ(results().count(fmt::format("{}: 3", at + 2)), 1u);
    EXPECT_EQ(broker().committed(in, in), broker().ends(in));
  }
}

// Many groups that were open when the process died are finished one by one, and none is suspected.
TEST_F(KafkaGroupsThatKill, OpenGroupsAreFinishedAfterADeath) {
  graph(3, "idle: 60s");
  std::vector<std::pair<std::string, int>> members;
  for (int i = 0; i < 2; ++i)
    for (int key = 0; key < 40; ++key) members.emplace_back(std::to_string(key), i);
  members.insert(members.end(), {{"z", 1}, {"z", 2}, {"z", 3}});
  send(members);
  auto process = start();
  EXPECT_TRUE(comes_true(30s, [&] { return results().size() == 1; })) << process->said();
  std::this_thread::sleep_for(1500ms);
  process->signal(SIGKILL);
  process->wait(10s);
  members.clear();
  for (int key = 0; key < 40; ++key) members.emplace_back(std::to_string(key), 5);
  send(members);
  process = start({"--until-caught-up"});
  EXPECT_EQ(process->wait(60s), 0) << process->said();
  EXPECT_EQ(results().size(), 41u);
  EXPECT_THAT(process->said(20'000), testing::Not(HasSubstr("--skip")));
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
  EXPECT_TRUE(broker().read_all(dead).empty());
}

}  // namespace
}  // namespace radflow
