// What nodes cost on one thread, frame and allocation included, on 512 x 512 pixels. The node, the library's bare call (where
// there is one) and OpenCV's calcHist of 8 bit take turns; of each the least time of some rounds counts, because that is what
// other programs disturb least, and the ratio is told of several such blocks of rounds. Kernels are measured for the best
// instruction set of this machine and for AVX2, by one binary.
//   radflow_nodes_bench [ROUNDS] [PART OF A ROW'S NAME] [TARGET]
#include <cstdio>
#include <cstdlib>

#include "graph/plan.hpp"
#include "tests/bench/node_rows.hpp"
#include "tests/bench/ratios.hpp"
#include "tests/fake_context.hpp"

#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/targets.h>

namespace radflow::bench {
namespace {

Job nodes_job(const Row& row) {
  std::vector<std::shared_ptr<NodeBody>> nodes;
  for (const std::string& yaml : row.nodes) nodes.emplace_back(make_node(yaml));
  return [nodes, payload = Payload::of(row.frame)] {
    Payload now = payload;
    for (const auto& node : nodes) {
      const Payload* input = &now;
      Outcome outcome = node->call({&input, 1}, FakeContext{});
      if (outcome.error) std::abort();
      now = std::move(outcome.value);
    }
  };
}

Job calc_hist() {
  return [pixels = smooth(CV_8U).pixels] {
    const int bins = 256, channel = 0;
    const float range[] = {0, 256};
    const float* ranges = range;
    cv::Mat counts;
    cv::calcHist(&pixels, 1, &channel, {}, counts, 1, &bins, &ranges);
  };
}

void measure(const Row& row, std::int64_t target, int rounds) {
  hwy::GetChosenTarget().Update(target);
  const std::string name = hwy::TargetName(target);
  Job job;
  try {
    job = nodes_job(row);
  } catch (const std::exception& error) {  // a node that this build is without
    std::printf("%s: left out, %s\n", row.name().c_str(), error.what());
    return;
  }
  // Smaller targets are better ones; limits are known of two.
  const auto wanted = [target](const Limit& limit) -> std::optional<Wanted> {
    if (target > HWY_AVX2) return std::nullopt;
    return at_most(target == HWY_AVX2 ? limit.avx2 : limit.avx512);
  };
  const Ratios ratios{job, calc_hist(), rounds};
  std::printf("%7.1f us  ", ratios.least * 1e6);
  report(ratios.finding("nodes", row.name() + ", over calcHist",
                        row.limit ? wanted(*row.limit) : std::nullopt, name));
  if (!row.bare_call) return;
  const Ratios of_library{job, [&] { row.bare_call(row.frame.pixels); }, rounds};
  std::printf("            ");
  report(of_library.finding("nodes", row.name() + ", over the library's bare call", wanted(row.of_bare_call),
                            name));
}

}  // namespace
}  // namespace radflow::bench

int main(int argc, char** argv) {
  using namespace radflow::bench;
  cv::setNumThreads(1);
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]) / 5, 1) : 40;
  const std::string part = argc > 2 ? argv[2] : "", only = argc > 3 ? argv[3] : "";
  const std::int64_t supported = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  std::vector<std::int64_t> targets{supported & -supported};
#if defined(__x86_64__)
  if (targets[0] != HWY_AVX2 && (supported & HWY_AVX2) != 0) targets.push_back(HWY_AVX2);
#endif
  const auto run = [&](const std::vector<Row>& rows, std::size_t number_of_targets) {
    for (const Row& row : rows)
      for (std::size_t i = 0; i < number_of_targets; ++i)
        if (row.name().find(part) != std::string::npos &&
            (only.empty() || only == hwy::TargetName(targets[i])))
          measure(row, targets[i], rounds);
  };
  run(kernel_rows(), targets.size());
  run(library_rows(), 1);
  hwy::GetChosenTarget().Update(supported);
}
