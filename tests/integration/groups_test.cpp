// Nothing is committed of a group before all of it, whatever happens to the process.
#include "tests/integration/kafka_groups.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The process dies between the acknowledgement of a group's result and the commit, beside an open group: what is
// read again is whole, or nothing of it.
TEST_F(KafkaGroups, AKillBeforeTheCommitLeavesNoRemnant) {
  graph(3, "idle: 4s");
  for (int round = 0; round < 5; ++round) {
    const Key key = round < 2 ? Key::None : Key::Group;
    const auto name = [round](const char* group) { return fmt::format("{}-{}", group, round); };
    auto process = start();
    // c is open all the time, and the others begin and end around it.
    send(
        {{name("c"), 1}, {name("a"), 10}, {name("b"), 20}, {name("a"), 11}, {name("b"), 21}, {name("a"), 12}},
        key);
    const auto all = [&] { return results().size() == static_cast<std::size_t>(3 * round + 1); };
    EXPECT_TRUE(comes_true(30s, all)) << process->said();
    if (round % 2 == 1) std::this_thread::sleep_for(1300ms);  // behind a commit that lists a and holds c
    process->signal(SIGKILL);
    process->wait(10s);
    send({{name("b"), 22}, {name("c"), 2}, {name("c"), 3}}, key);
    process = start();
    EXPECT_TRUE(comes_true(60s, [&] { return results().size() == static_cast<std::size_t>(3 * round + 3); }))
        << process->said();
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait(30s), 0) << process->said();
    EXPECT_EQ(broker().committed(in, in), broker().ends(in));
  }
  // Long enough for a remnant to be idle.
  send({{"last", 1}, {"last", 2}, {"last", 3}});
  const auto process = start();
  std::this_thread::sleep_for(7s);
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(30s), 0);
  EXPECT_TRUE(broker().read_all(dead).empty());
  std::set<std::string> expected{"45,46,47: 2"};
  for (int round = 0; round < 5; ++round) {
    const int at = 9 * round;
    expected.insert(fmt::format("{},{},{}: 11", at + 1, at + 3, at + 5));
    expected.insert(fmt::format("{},{},{}: 21", at + 2, at + 4, at + 6));
    expected.insert(fmt::format("{},{},{}: 2", at, at + 7, at + 8));
  }
  EXPECT_EQ(results(), expected);
}

TEST_F(KafkaGroups, AStopWithOpenGroupsEndsAtOnceAndTheNextStartGathersThem) {
  graph(3, "idle: 60s");
  send({{"a", 1}, {"b", 4}, {"a", 2}});
  auto process = start();
  EXPECT_TRUE(comes_true(30s, [&] { return broker().members(in) == 1; }));
  std::this_thread::sleep_for(2s);
  const auto begin = std::chrono::steady_clock::now();
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(30s), 0) << process->said();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_THAT(process->said(), HasSubstr("2 groups with 3 records were still open"));
  send({{"b", 5}, {"a", 3}, {"b", 6}});
  process = start();
  EXPECT_TRUE(comes_true(30s, [&] { return results().size() == 2; })) << process->said();
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(30s), 0);
  EXPECT_EQ(results(), (std::set<std::string>{"0,2,4: 2", "1,3,5: 5"}));
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
  EXPECT_TRUE(broker().read_all(dead).empty());
}

TEST_F(KafkaGroups, MoreGroupsMayBeOpenThanRecordsMayBeUncommitted) {
  graph(3, "idle: 60s", ", max_uncommitted: 100");
  std::vector<std::pair<std::string, int>> members;
  for (int i = 0; i < 3; ++i)
    for (int key = 0; key < 200; ++key) members.emplace_back(std::to_string(key), i);
  send(members);
  const auto process = start({"--until-caught-up"});
  EXPECT_EQ(process->wait(60s), 0) << process->said();
  EXPECT_EQ(results().size(), 200u);
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
}

TEST_F(KafkaGroups, UntilCaughtUpWaitsForWhatIsOpen) {
  graph(3, "idle: 2s");
  send({{"a", 1}, {"b", 4}, {"a", 2}});
  const auto process = start({"--until-caught-up"});
  std::this_thread::sleep_for(1s);
  send({{"a", 3}});  // behind the end, and of an open group
  EXPECT_EQ(process->wait(60s), 3) << process->said();
  EXPECT_EQ(results(), (std::set<std::string>{"0,2,3: 2"}));
  const auto letters = broker().read_all(dead);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].header("radflow-error-reason"), "incomplete_group");
  EXPECT_THAT(std::string{letters[0].header("radflow-error").value_or("")}, HasSubstr(in + ":0:1"));
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
}

// The letters of a group have no bytes: a replay reads the records from their places, and gathers them again.
TEST_F(KafkaGroups, AReplayGathersDeadLettersOfAGroup) {
  graph(2, "idle: 1s");
  send({{"a", 1}, {"a", 3}});
  const auto broken = start({"--until-caught-up", "--set", "nodes.collect.count=3"});
  EXPECT_EQ(broken->wait(60s), 3) << broken->said();
  EXPECT_EQ(broker().read_all(dead).size(), 2u);
  Process replay{{radflow_program, "replay", file}, folder.path("replay")};
  EXPECT_EQ(replay.wait(60s), 0) << replay.said();
  EXPECT_EQ(results(), (std::set<std::string>{"0,1: 2"}));
}

}  // namespace
}  // namespace radflow
