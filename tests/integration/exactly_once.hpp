// What tests of delivery: exactly_once share: topics of their own, a graph on them, and what a read_committed reader sees.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "graph/node.hpp"
#include "graph/pipeline.hpp"
#include "tests/comes_true.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow::exactly_once {

// What came of a record says where it came from; one that begins with "bad" fails, one with "huge" becomes
// larger than the topic allows.
struct Trace {
  Result<Record> operator()(const Record& record) const {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const std::string_view value = record.value.text();
    if (value.starts_with("bad")) return Error{"bad_value", "as the test wants"};
    std::string text = fmt::format("{}:{}", record.position.partition, record.position.offset);
    if (value.starts_with("huge")) text.append(100'000, ' ');
    return Record{Bytes::of(text), record.key, {}, record.timestamp_ms, record.position};
  }
};
inline const Register<Trace> trace{NodeSpec{"t_trace", "Says where a record came from."}};

inline std::vector<Record> numbered(int count) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i)
    records.push_back({Bytes::of(std::to_string(i)), "k" + std::to_string(i % 11)});
  return records;
}

// How often each input turns up, and whether those of one key are in order.
struct Ledger {
  std::map<std::pair<std::int32_t, std::int64_t>, int> seen;
  std::map<std::string, std::int64_t> last;
  int reordered = 0;

  void add(const std::string& key, std::int32_t partition, std::int64_t offset) {
    ++seen[{partition, offset}];
    const auto [before, first] = last.try_emplace(key, offset);
    if (!first && before->second >= offset) ++reordered;
    before->second = offset;
  }
  // Nothing lost, nothing twice, in order.
  void expect(std::size_t count) const {
    EXPECT_EQ(seen.size(), count) << "lost " << static_cast<long>(count) - static_cast<long>(seen.size());
    std::size_t repeated = 0;
    for (const auto& [at, times] : seen) repeated += times > 1;
    EXPECT_EQ(repeated, 0u);
    EXPECT_EQ(reordered, 0);
  }
};

class ExactlyOnce : public OnRealBroker {
 protected:
  void make_topics(int partitions = 1) {
    in = broker().make_topic("in", partitions);
    out = broker().make_topic("out", partitions);
    errors = broker().make_topic("errors");
  }

  std::string connectors(const std::string& nodes, bool dead_letters = true) const {
    return fmt::format(
        "graph: {}\ndelivery: exactly_once\nworkers: 2\n"
        "kafka: {{bootstrap.servers: '{}', session.timeout.ms: 2000, heartbeat.interval.ms: 300, "
        "transaction.timeout.ms: 5000{}}}\n"
        "sources:\n  - kafka: {{topic: {}}}\n{}sinks:\n  - kafka: {{topic: {}}}\n{}",
        in, broker().servers(), more, in, nodes, out,
        dead_letters ? fmt::format("  - kafka: {{topic: {}}}\n    from: errors\n", errors) : "");
  }
  std::unique_ptr<Pipeline> pipeline(bool until_caught_up = true, bool dead_letters = true) const {
    Overrides overrides;
    if (until_caught_up) overrides.set.push_back("sources.kafka.until_caught_up=true");
    return std::make_unique<Pipeline>(
        load_plan_text(connectors("nodes:\n  - t_trace\n", dead_letters), "test.yaml", overrides));
  }
  bool run(bool dead_letters = true) const {
    const auto graph = pipeline(true, dead_letters);
    graph->start();
    const bool complete = graph->wait();
    failure = graph->failure().value_or("");
    return complete;
  }

  Ledger traced() const {
    Ledger ledger;
    for (const Record& record : broker().read_all(out)) {
      const std::string text{record.value.text()};
      ledger.add(record.key.value_or(""), std::stoi(text), std::stoll(text.substr(text.find(':') + 1)));
    }
    return ledger;
  }
  std::int64_t committed() const { return broker().committed_records(in, in); }
  template <typename Condition>
  bool eventually(Condition condition, std::chrono::seconds longest = std::chrono::seconds{90}) const {
    return comes_true(longest, condition);
  }

  std::string in, out, errors;
  std::string more;  // properties
  mutable std::string failure;
};

}  // namespace radflow::exactly_once
