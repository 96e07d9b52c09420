// What a node costs: a chain of 8 trivial nodes as direct calls, as a radflow graph and as oneTBB
// function_nodes.
//   radflow_chain_bench [MESSAGES] [ROUNDS]
#include <benchmark/benchmark.h>
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/task_arena.h>

#include <cstdlib>
#include <memory>

#include "tests/bench/interleave.hpp"
#include "tests/bench/trivial_chain.hpp"

namespace radflow {
namespace {

constexpr int chain = 8;

struct Step {
  virtual ~Step() = default;
  virtual std::int64_t call(std::int64_t value) const = 0;
};
struct IncrementStep final : Step {
  std::int64_t call(std::int64_t value) const override { return value + 1; }
};
struct DecrementStep final : Step {
  std::int64_t call(std::int64_t value) const override { return value - 1; }
};
// Decided at run time, so that the calls stay calls.
[[gnu::noinline]] std::unique_ptr<Step> make_step(bool up) {
  if (up) return std::make_unique<IncrementStep>();
  return std::make_unique<DecrementStep>();
}

void run_calls(int messages) {
  std::vector<std::unique_ptr<Step>> steps;
  for (int i = 0; i < chain; ++i) steps.push_back(make_step(messages > i));
  std::int64_t sum = 0;
  for (int m = 0; m < messages; ++m) {
    std::int64_t value = m;
    for (const auto& step : steps) value = step->call(value);
    sum += value;
  }
  benchmark::DoNotOptimize(sum);
}

void run_function_nodes(int messages) {
  namespace flow = oneapi::tbb::flow;
  oneapi::tbb::task_arena arena{2, 0};
  using Message = std::shared_ptr<const bench::Number>;
  std::unique_ptr<flow::graph> graph;
  std::vector<std::unique_ptr<flow::function_node<Message, Message>>> nodes;
  arena.execute([&] {
    graph = std::make_unique<flow::graph>();
    for (int i = 0; i < chain; ++i) {
      nodes.push_back(std::make_unique<flow::function_node<Message, Message>>(
          *graph, flow::unlimited,
          [](const Message& m) -> Message { return std::make_shared<const bench::Number>(m->value + 1); }));
      if (i > 0) flow::make_edge(*nodes[static_cast<std::size_t>(i - 1)], *nodes.back());
    }
  });
  for (int m = 0; m < messages; ++m) {
    nodes.front()->try_put(std::make_shared<const bench::Number>(m));
    if (m % 4096 == 4095) graph->wait_for_all();  // bounds the queue
  }
  graph->wait_for_all();
}

int run(int messages, int rounds) {
  std::vector<bench::Way> ways{{"8 direct calls", [&] { run_calls(messages); }},
                               {"radflow, 8 nodes", [&] { bench::run_chain(chain, messages); }},
                               {"radflow, 1 node", [&] { bench::run_chain(1, messages); }},
                               {"8 oneTBB function_nodes", [&] { run_function_nodes(messages); }}};
  bench::interleave(ways, rounds);
  const auto per_node = [&](const bench::Way& way) { return way.median() * 1e9 / messages / chain; };
  for (const bench::Way& way : ways)
    std::printf("%-26s %8.1f ns per message, %7.1f per node and message\n", way.name.c_str(),
                way.median() * 1e9 / messages, per_node(way));
  std::printf("radflow over direct calls: %.1f ns more per node and message\n",
              per_node(ways[1]) - per_node(ways[0]));
  std::printf("of that, a further node costs %.1f ns and a message %.1f ns\n",
              (ways[1].median() - ways[2].median()) * 1e9 / messages / (chain - 1),
              ways[2].median() * 1e9 / messages);
  bench::report_rate({"chain", "8 trivial nodes against 8 oneTBB function_nodes, rate"}, ways[1], ways[3]);
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  return radflow::run(argc > 1 ? std::atoi(argv[1]) : 200'000, argc > 2 ? std::atoi(argv[2]) : 9);
}
