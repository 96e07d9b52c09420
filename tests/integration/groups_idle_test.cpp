// What a group waits for while no member can come costs it no time.
#include "tests/integration/kafka_groups.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(KafkaGroups, IdleDoesNotPassWhileTheBrokerIsAway) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  graph(3, "idle: 4s");
  send({{"a", 1}, {"a", 2}, {"z", 1}, {"z", 2}, {"z", 3}});
  const auto process = start();
  EXPECT_TRUE(comes_true(30s, [&] { return results().size() == 1; })) << process->said();
  broker().kill();
  std::this_thread::sleep_for(8s);
  broker().start();
  send({{"a", 3}});
  EXPECT_TRUE(comes_true(30s, [&] { return results().size() == 2; })) << process->said();
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(30s), 0) << process->said();
  EXPECT_EQ(results().count("0,1,5: 2"), 1u) << process->said();
  EXPECT_TRUE(broker().read_all(dead).empty());
}

// After a death records come one by one: between the members of `a` stand records that take long, and that the
// group's node has nothing to do with.
TEST_F(KafkaGroups, IdleDoesNotPassWhileRecordsComeOneByOne) {
  graph(2, "idle: 2s", "", "filter: {header: group, equals: [a]}\n  - collect: {by: 'header:group', count: ");
  add_slow_branch();
  send({{"a", 1}, {"slow", 1}, {"slow", 1}, {"slow", 1}, {"a", 3}});
  auto process = start({}, crash_program);
  EXPECT_TRUE(comes_true(30s, [&] { return process->said(20'000).find("slow begins") != std::string::npos; }))
      << process->said();
  process->signal(SIGKILL);
  process->wait(10s);
  process = start({"--until-caught-up"}, crash_program);
  EXPECT_EQ(process->wait(60s), 0) << process->said();
  EXPECT_THAT(process->said(20'000), HasSubstr("records come one by one"));
  EXPECT_EQ(results(), (std::set<std::string>{"0,4: 2"}));
  EXPECT_TRUE(broker().read_all(dead).empty());
}

}  // namespace
}  // namespace radflow
