// What the graph costs around real work: phantom slices, 512 x 512 at 16 bit, through decode, window, blur,
// LBP and histogram, as a radflow graph and as a loop written by hand with one thread per core that calls the
// same nodes.
//   radflow_phantom_bench [FRAMES] [ROUNDS]
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

// Each thread takes the next slice, makes it and calls node after node; `encode` is the plan's last node.
void run_loop(int frames) {
  const Plan checked = plan(frames);
  const Bodies bodies = build_nodes(checked);
  const PhantomSlices slices{PhantomOptions{}};
  std::atomic<int> next{0};
  const auto work = [&] {
    FakeContext context;
    context.the_graph = checked.info;
    while (true) {
      const int index = next.fetch_add(1);
      if (index >= frames) return;
      Record record;
      record.value = slices.make(static_cast<std::uint64_t>(index)).pixels;
      record.key = "phantom-" + std::to_string(index);
      record.headers = {{"content-type", "application/x-radflow-raw"},
                        {"radflow-rows", "512"},
                        {"radflow-columns", "512"},
                        {"radflow-depth", "u16"},
                        {"radflow-modality", "CT"}};
      context.the_record = record;
      context.the_digest = xxh3_digest(record.value.text());  // a result names it
      context.the_charged = 0;
      Payload payload = Payload::of(std::move(record));
      for (std::size_t n = 0; n < bodies.size(); ++n) {
        const Payload* in[]{&payload};
        Outcome outcome = bodies[n].front()->call(in, context);
        if (outcome.kind == Outcome::Kind::Split)
          outcome = Outcome::of(*std::move(outcome.pieces.at(0).value));
        if (outcome.kind != Outcome::Kind::Value) {
          std::fprintf(stderr, "%s failed: %s\n", checked.nodes[n].name.c_str(),
                       outcome.error->detail.c_str());
          std::exit(1);
        }
        payload = std::move(outcome.value);
      }
      Counting::count.fetch_add(1, std::memory_order_relaxed);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  using namespace radflow;
  const int frames = argc > 1 ? std::atoi(argv[1]) : 2000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  std::vector<bench::Way> ways{{"radflow graph", [&] { run_graph(frames); }},
                               {"loop by hand", [&] { run_loop(frames); }}};
  bench::interleave(ways, rounds);
  if (Counting::count != frames * 2 * (rounds + 1)) {
    std::fprintf(stderr, "frames are missing: %d\n", Counting::count.load());
    return 1;
  }
  for (const bench::Way& way : ways)
    std::printf("%-16s %8.0f frames/s\n", way.name.c_str(), frames / way.median());
  bench::report_rate({.bench = "phantom",
                      .row = "graph against a loop by hand that calls the same nodes, rate",
                      .wanted = bench::at_least(0.95)},
                     ways[0], ways[1]);
  bench::report_ratio({"phantom", "graph against that loop, time of the processor"}, ways[0].processor,
                      ways[1].processor);
}
