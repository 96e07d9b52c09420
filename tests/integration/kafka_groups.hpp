// Groups on a real broker: a graph that gathers, what is sent to it and what came of it.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {

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

  // Records whose header `group` is `slow` take their time in a branch of their own; for the program with crash nodes.
  void add_slow_branch() {
    std::ifstream read{file};
    std::string yaml{std::istreambuf_iterator<char>{read}, {}};
    const std::size_t sinks = yaml.find("sinks:");
    yaml.insert(sinks, "  - slow_group:\n    from: sources\n");
    const std::size_t first = yaml.find('\n', yaml.find("- kafka:", yaml.find("sinks:"))) + 1;
    yaml.insert(first, "    from: [collect, slow_group]\n");
    std::ofstream{file} << yaml;
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

}  // namespace radflow
