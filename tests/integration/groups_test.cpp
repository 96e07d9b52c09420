// Groups on a real broker: nothing is committed of a group before all of it, whatever happens to the process.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class KafkaGroups : public WithTopics {
 protected:
  KafkaGroups() : WithTopics{1} {}

  // Frames of 2x2 pixels, whose mean is taken of `count` members for each header `group`.
  void graph(int count, const std::string& group, const std::string& source = "",
             const std::string& node = "collect: {by: 'header:group', count: ") {
    std::ofstream{file} << fmt::format(R"(graph: groups
http: {{listen: 127.0.0.1:0}}
kafka:
  bootstrap.servers: {}
  session.timeout.ms: 6000
  heartbeat.interval.ms: 300
  group.instance.id: one
sources:
  - kafka: {{topic: {}, group: {}{}}}
nodes:
  - decode
  - pixels
  - {}{}}}
    group: {{{}}}
sinks:
  - kafka: {{topic: {}}}
  - kafka: {{topic: {}}}
    from: errors
)",
                                       broker().servers(), in, in, source, node, count, group, out, dead);
  }

  // A member of a group. Without a key the records of all groups are of one order, and no commit can list what is done
  // behind an open group.
  enum class Key { None, Group };
  static Record member(const std::string& group, int value, Key key) {
    Record record;
    if (key == Key::Group) record.key = group;
    record.value = Bytes::of(std::string(4, static_cast<char>(value)));
    record.headers = raw_headers(2, {{"group", group}});
    return record;
  }
  void send(const std::vector<std::pair<std::string, int>>& members, Key key = Key::None) {
    std::vector<Record> records;
    for (const auto& [group, value] : members) records.push_back(member(group, value, key));
    broker().produce(in, records);
  }

  std::unique_ptr<Process> start(const std::vector<std::string>& more = {}, const char* program = nullptr) {
    std::vector<std::string> command{program ? program : radflow_program, "run", file};
    command.insert(command.end(), more.begin(), more.end());
    return std::make_unique<Process>(command, folder.path(fmt::format("log-{}", ++runs)));
  }
  // Results as "0,2,4: 7" (the members' offsets, the mean), each once.
  std::set<std::string> results() {
    std::set<std::string> all;
    for (const Record& record : broker().read_all(out)) {
      const auto json = nlohmann::json::parse(record.value.text());
      const auto offsets = json.at("members").get<std::vector<std::int64_t>>();
      all.insert(fmt::format("{}: {}", fmt::join(offsets, ","), json.at("values").at(0).get<double>()));
    }
    return all;
  }

  TemporaryFolder folder;
  std::string file = folder.path("graph.yaml");
  int runs = 0;
};

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

TEST_F(KafkaGroups, WhatKillsTheProcessWhenAGroupIsFinishedIsNamedAndCanBePassedBy) {
  graph(2, "idle: 2s", "", "crash_in_finish: {by: 'header:group', count: ");
  send({{"good", 1}, {"bad", 7}, {"good", 3}, {"bad", 7}, {"late", 1}});
  const auto run = [&](const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"--until-caught-up"};
    all.insert(all.end(), more.begin(), more.end());
    auto process = start(all, crash_program);
    const int code = process->wait(60s).value_or(-1000);
    return std::pair{code, process->said(20'000)};
  };
  EXPECT_EQ(run().first, -SIGABRT);
  EXPECT_EQ(run().first, -SIGABRT);
  const auto third = run();
  EXPECT_EQ(third.first, -SIGABRT);
  // The record that completes the group is under way until the group has ended.
  const std::string at = in + ":0:3";
  EXPECT_THAT(third.second,
              HasSubstr(at + ": the process died or was cut off 2 times with this record in flight"));
  const auto skipped = run({"--skip", at});
  EXPECT_EQ(skipped.first, 3) << skipped.second;
  EXPECT_EQ(broker().committed(in, in), broker().ends(in));
}

}  // namespace
}  // namespace radflow
