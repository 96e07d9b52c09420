// Graphs from YAML that run, for tests of ports: a source `p_count` of numbered records, a sink `p_keep` that keeps
// what arrives, and `p_number`, which makes a Number of a record.
#pragma once

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <set>

#include "graph/pipeline.hpp"
#include "tests/graph/test_graph.hpp"

namespace radflow::testing {

struct CountParams {
  int records = 12;
};
struct CountSource final : ScriptSource {
  explicit CountSource(const CountParams& params)
      : ScriptSource{radflow::testing::records(params.records, 3)} {}
};

struct Arrived {
  std::int64_t offset = 0;
  std::int64_t number = -1;  // what a Number holds
  std::string type;
  std::vector<std::pair<std::string, std::string>> ids;
  std::uint32_t part = 0;
  std::string text;  // what went wrong, in a dead letter
  std::vector<std::uint32_t> path = {};
};

// What arrived at each sink, by its name.
struct Arrivals {
  std::mutex mutex;
  std::map<std::string, std::vector<Arrived>> at;
};
inline Arrivals arrivals;

struct KeepSink final : Sink {
  KeepSink(const NoParams&, const BuildInfo& info) : name{info.name} {}
  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    const auto* number = output.get<Number>();
    const auto* letter = output.get<Record>();
    {
      const std::lock_guard lock{arrivals.mutex};
      arrivals.at[name].push_back({context.record().position.offset, number ? number->value : -1,
                                   std::string{output.type()->name}, context.identity().ids,
                                   context.identity().index,
                                   std::string{letter ? letter->header("radflow-error").value_or("") : ""},
                                   context.identity().path()});
    }
    acknowledge({});
  }
  bool flush(std::chrono::milliseconds) override { return true; }

  std::string name;
};

struct MakeNumber {
  Number operator()(const Record& record) const { return {record.position.offset}; }
};

inline const RegisterSource<CountSource, CountParams> count_source{
    SourceSpec{"p_count", "Gives numbered records."}.param(&CountParams::records, "records", range(1, 10'000),
                                                           "How many.")};
inline const RegisterSink<KeepSink, NoParams, Number> keep_sink{SinkSpec{"p_keep", "Keeps numbers."}};
inline const RegisterSink<KeepSink, NoParams> keep_record_sink{SinkSpec{"p_letters", "Keeps records."}};
inline const Register<MakeNumber> make_number{NodeSpec{"p_number", "Makes a number of a record."}};

// Runs a graph whose `nodes` and `sinks` are given; dead letters go to the sink `errors`.
inline PipelineStats run_graph(const std::string& nodes, const std::string& sinks, int records = 12) {
  arrivals.at.clear();
  Pipeline pipeline{load_plan_text(
      fmt::format("graph: ports\nsources:\n  - p_count: {{records: {}}}\nnodes:\n{}\nsinks:\n{}\n"
                  "  - p_letters: {{}}\n    name: errors\n    from: errors\n",
                  records, nodes, sinks),
      "ports.yaml")};
  pipeline.start();
  EXPECT_TRUE(pipeline.wait());
  return pipeline.stats();
}

inline std::uint64_t ended(const PipelineStats& stats) {
  return stats.records_delivered + stats.records_failed;
}

// The numbers that arrived at a sink, in the order of the records they came of.
inline std::vector<std::int64_t> numbers_at(const std::string& sink) {
  std::vector<Arrived> list = arrivals.at[sink];
  std::ranges::stable_sort(list, {}, &Arrived::offset);
  std::vector<std::int64_t> numbers;
  for (const Arrived& one : list) numbers.push_back(one.number);
  return numbers;
}

}  // namespace radflow::testing
