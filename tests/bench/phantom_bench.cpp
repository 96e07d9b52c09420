// What the graph costs around real work: phantom slices, 512 x 512 at 16 bit, through decode, window, blur,
// LBP and histogram, as a radflow graph and as two loops written by hand with one thread per core that call the same
// nodes. In one loop each thread makes the slices that it computes, so that their pixels are in its core's cache; in the
// other a thread of its own makes them and hands them over, as every source does, a connection to a broker too.
//   radflow_phantom_bench [FRAMES] [ROUNDS]
#include <oneapi/tbb/concurrent_queue.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "connectors/phantom/slices.hpp"
#include "graph/build.hpp"
#include "graph/digest.hpp"
#include "graph/pipeline.hpp"
#include "tests/bench/interleave.hpp"
#include "tests/fake_context.hpp"

namespace radflow {
namespace {

constexpr std::string_view graph = R"(
graph: phantom
sources:
  - phantom: {width: 512, height: 512, depth: 16}
nodes:
  - decode
  - window: {center: 1064, width: 400}
  - gaussian_blur: {sigma: 1.0}
  - lbp: {points: 8, radius: 1}
  - histogram
sinks:
  - stdout
)";

class Counting final : public Sink {
 public:
  void submit(Payload, const Context&, Acknowledge acknowledge) override {
    count.fetch_add(1, std::memory_order_relaxed);
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return true; }
  static inline std::atomic<int> count{0};
};

Plan plan(int frames) {
  static const Spec* counting = [] {
    auto* spec = new Spec{*Registry::instance().find(ComponentKind::Sink, "stdout")};
    spec->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<Counting>(); };
    return spec;
  }();
  Plan plan = load_plan_text(graph, "phantom_bench.yaml",
                             {.set = {"sources.phantom.count=" + std::to_string(frames)}});
  plan.sinks[0].spec = counting;
  return plan;
}

void run_graph(int frames) {
  Pipeline pipeline{plan(frames)};
  pipeline.start();
  pipeline.wait();
}

Record slice(const PhantomSlices& slices, int index) {
  Record record;
  record.value = slices.make(static_cast<std::uint64_t>(index)).pixels;
  record.key = "phantom-" + std::to_string(index);
  record.headers = {{"content-type", "application/x-radflow-raw"},
                    {"radflow-rows", "512"},
                    {"radflow-columns", "512"},
                    {"radflow-depth", "u16"},
                    {"radflow-modality", "CT"}};
  return record;
}

// Calls node after node; `encode` is the plan's last node.
void compute(const Plan& plan, const Bodies& bodies, Record record) {
  FakeContext context;
  context.the_graph = plan.info;
  context.the_record = record;
  context.the_digest = xxh3_digest(record.value.text());  // a result names it
  context.the_charged = 0;
  Payload payload = Payload::of(std::move(record));
  for (std::size_t n = 0; n < bodies.size(); ++n) {
    const Payload* in[]{&payload};
    Outcome outcome = bodies[n].front()->call(in, context);
    if (outcome.kind == Outcome::Kind::Split) outcome = Outcome::of(*std::move(outcome.pieces.at(0).value));
    if (outcome.kind != Outcome::Kind::Value) {
      std::fprintf(stderr, "%s failed: %s\n", plan.nodes[n].name.c_str(), outcome.error->detail.c_str());
      std::exit(1);
    }
    payload = std::move(outcome.value);
  }
  Counting::count.fetch_add(1, std::memory_order_relaxed);
}

void on_all_cores(const std::function<void()>& work) {
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
}

void run_loop(int frames) {
  const Plan checked = plan(frames);
  const Bodies bodies = build_nodes(checked);
  const PhantomSlices slices{PhantomOptions{}};
  std::atomic<int> next{0};
  on_all_cores([&] {
    for (int index = next.fetch_add(1); index < frames; index = next.fetch_add(1))
      compute(checked, bodies, slice(slices, index));
  });
}

void run_handed_over(int frames) {
  const Plan checked = plan(frames);
  const Bodies bodies = build_nodes(checked);
  tbb::concurrent_bounded_queue<std::optional<Record>> made;
  made.set_capacity(32);
  const std::jthread source{[&] {
    const PhantomSlices slices{PhantomOptions{}};
    for (int index = 0; index < frames; ++index) made.push(slice(slices, index));
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) made.push(std::nullopt);
  }};
  on_all_cores([&] {
    std::optional<Record> record;
    for (made.pop(record); record; made.pop(record)) compute(checked, bodies, *std::move(record));
  });
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  using namespace radflow;
  const int frames = argc > 1 ? std::atoi(argv[1]) : 2000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  std::vector<bench::Way> ways{{"radflow graph", [&] { run_graph(frames); }},
                               {"loop by hand", [&] { run_loop(frames); }},
                               {"handed over", [&] { run_handed_over(frames); }}};
  bench::interleave(ways, rounds);
  if (Counting::count != frames * 3 * (rounds + 1)) {
    std::fprintf(stderr, "frames are missing: %d\n", Counting::count.load());
    return 1;
  }
  for (const bench::Way& way : ways)
    std::printf("%-16s %8.0f frames/s\n", way.name.c_str(), frames / way.median());
  bench::report_rate({.bench = "phantom",
                      .row = "graph against a loop by hand that calls the same nodes, rate",
                      .wanted = bench::at_least(0.95)},
                     ways[0], ways[1]);
  bench::report_rate({.bench = "phantom",
                      .row = "graph against a loop by hand whose slices another thread makes, rate",
                      .wanted = bench::at_least(0.95)},
                     ways[0], ways[2]);
  bench::report_ratio({"phantom", "graph against that loop, time of the processor"}, ways[0].processor,
                      ways[1].processor);
}
