// A record that kills the process is found, named and passed by: on a real broker, by the program with a node
// that aborts (crash_node.cpp).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct Form {
  std::string name, delivery, node;
};

class Poison : public WithTopics, public testing::WithParamInterface<Form> {
 protected:
  Poison() : WithTopics{2} {}
  void SetUp() override {
    WithTopics::SetUp();
    if (IsSkipped()) return;
    std::ofstream{graph} << fmt::format(R"(graph: poison
delivery: {}
http: {{listen: 127.0.0.1:0}}
kafka:
  bootstrap.servers: {}
  session.timeout.ms: 6000
  heartbeat.interval.ms: 300
  transaction.timeout.ms: 5000
  group.instance.id: one
sources:
  - kafka: {{topic: {}, group: {}}}
nodes:
  - {}
sinks:
  - kafka: {{topic: {}}}
  - kafka: {{topic: {}}}
    from: errors
)",
                                        GetParam().delivery, broker().servers(), in, in, GetParam().node, out,
                                        dead);
  }

  // `count` records to a partition; those at the offsets are poison.
  void send(std::int32_t partition, int count, const std::set<int>& poison = {}) {
    std::vector<Record> records;
    for (int i = 0; i < count; ++i)
      records.push_back(
          {Bytes::of(fmt::format("{} {}:{}", poison.contains(i) ? "poison" : "fine", partition, i)),
           fmt::format("key-{}", i % 5)});
    broker().produce(in, records, partition);
  }

  struct Ended {
    int code;
    std::string said;
  };
  Ended run(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command{crash_program, "run", graph, "--until-caught-up"};
    command.insert(command.end(), more.begin(), more.end());
    const std::string log = folder.path(fmt::format("log-{}", ++runs));
    Process process{command, log};
    const auto code = process.wait(120s);
    return {code.value_or(-1), process.said(100'000)};
  }

  // How often each record of the source came through.
  std::map<std::string, int> results() const {
    std::map<std::string, int> seen;
    for (const Record& record : broker().read_all(out)) ++seen[std::string{record.value.text()}];
    return seen;
  }

  TemporaryFolder folder;
  std::string graph = folder.path("graph.yaml");
  mutable int runs = 0;
};

// In a batch a record dies together with others, and is found all the same: after a death records come one by one.
INSTANTIATE_TEST_SUITE_P(Delivery, Poison,
                         testing::Values(Form{"at_least_once", "at_least_once", "crash"},
                                         Form{"exactly_once", "exactly_once", "crash"},
                                         Form{"in_batches", "at_least_once",
                                              "crash: {batch: {size: 16, wait: 5ms}}"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Poison, IsNamedAfterTwoDeathsAndSkippedToTheDeadLetters) {
  send(0, 900, {300});
  send(1, 400);
  const std::string at = in + ":0:300";
  EXPECT_EQ(run().code, -SIGABRT);
  const Ended second = run();
  EXPECT_EQ(second.code, -SIGABRT);
  EXPECT_THAT(second.said, HasSubstr("records come one by one"));
  EXPECT_THAT(second.said, Not(HasSubstr("--skip")));
  const Ended third = run();
  EXPECT_EQ(third.code, -SIGABRT);
  EXPECT_THAT(third.said,
              HasSubstr(at + ": the process died or was cut off 2 times with this record in flight"));
  EXPECT_THAT(third.said, HasSubstr("--skip " + at));

  const Ended skipped = run({"--skip", at});
  EXPECT_EQ(skipped.code, 3) << skipped.said;
  EXPECT_THAT(skipped.said, HasSubstr(at + " goes to the dead letters"));
  const std::map<std::string, int> seen = results();
  EXPECT_EQ(seen.size(), 1299u) << "nothing lost";
  for (const auto& [text, times] : seen)
    EXPECT_TRUE(times == 1 || GetParam().delivery == "at_least_once") << text;
  const auto letters = broker().read_all(dead);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value.text(), "poison 0:300");
  EXPECT_EQ(letters[0].header("radflow-error-reason"), "skipped");
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));

  // Everything is forgotten: what comes next is read as ever.
  send(0, 100);
  const Ended last = run();
  EXPECT_EQ(last.code, 0) << last.said;
  EXPECT_THAT(last.said, Not(HasSubstr("died")));
}

TEST_P(Poison, IsFoundAtTheFirstRecordOfAGroup) {
  send(0, 10, {0});
  for (int death = 0; death < 2; ++death) EXPECT_EQ(run().code, -SIGABRT);
  EXPECT_THAT(run().said, HasSubstr(in + ":0:0: the process died or was cut off 2 times"));
}

TEST_P(Poison, IsNotSuspectedWhenProcessesStopInOrderOrAreKilledOnce) {
  send(0, 500);
  for (int time = 0; time < 3; ++time) {
    const Ended ended = run();
    EXPECT_EQ(ended.code, 0) << ended.said;
    EXPECT_THAT(ended.said, Not(HasSubstr("died")));
    send(0, 50);
  }
  // Idle, so no record is to blame, however often.
  for (int time = 0; time < 3; ++time) {
    Process process{{crash_program, "run", graph}, folder.path("killed")};
    for (int i = 0; i < 300 && broker().committed(in, in) != broker().ends(in); ++i)
      std::this_thread::sleep_for(100ms);
    std::this_thread::sleep_for(1500ms);
    process.signal(SIGKILL);
    process.wait(10s);
    EXPECT_THAT(process.said(), Not(HasSubstr("--skip")));
    send(0, 1);
  }
  const Ended ended = run();
  EXPECT_EQ(ended.code, 0) << ended.said;
  EXPECT_THAT(ended.said, Not(HasSubstr("--skip")));
}

}  // namespace
}  // namespace radflow
