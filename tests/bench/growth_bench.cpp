// Whether a record or a node costs more when there are many: PNGs of 28 x 28 pixels, a thousand to a million of them, and
// chains of 10 to 500 trivial nodes. By processor time, so that waiting does not count.
//   radflow_growth_bench [ROUNDS]
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "tests/bench/interleave.hpp"
#include "tests/bench/small_jobs.hpp"
#include "tests/bench/trivial_chain.hpp"

namespace radflow {
namespace {

void run_job(int records) {
  Pipeline pipeline{bench::plan_of_job("png28", records)};
  pipeline.start();
  pipeline.wait();
}

// `units[i]` is how many of what is counted the job of `ways[i]` does; its cost is compared with that of ways[0].
void report(const std::string& what, std::vector<bench::Way>& ways, const std::vector<double>& units,
            int rounds) {
  bench::interleave(ways, rounds);
  const auto each = [&](std::size_t way) {
    std::vector<double> seconds = ways[way].processor;
    for (double& value : seconds) value /= units[way];
    return seconds;
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    std::vector<double> sorted = each(i);
    std::ranges::sort(sorted);
    std::printf("%-12s %10.1f ns of the processor\n", ways[i].name.c_str(), 1e9 * sorted[sorted.size() / 2]);
  }
  for (std::size_t i = 1; i < ways.size(); ++i)
    bench::report_ratio(
        {.bench = "growth",
         .row = what + " with " + ways[i].name + " against " + ways[0].name + ", processor time",
         .wanted = bench::at_most(1.05)},
        each(i), each(0));
}

int run(int rounds) {
  {
    // A thousand records alone would measure the start of a graph: that is a figure of its own.
    std::vector<bench::Way> ways;
    std::vector<double> units;
    for (const int records : {10'000, 100'000, 1'000'000}) {
      ways.push_back({fmt::format("{} records", records), [records] { run_job(records); }});
      units.push_back(records);
    }
    report("a PNG of 28 x 28", ways, units, rounds);
  }
  {
    std::vector<bench::Way> ways{{"1,000 records",
                                  [] {
                                    for (int i = 0; i < 100; ++i) run_job(1000);
                                  }},
                                 {"0 records",
                                  [] {
                                    for (int i = 0; i < 100; ++i) run_job(0);
                                  }},
                                 {"100,000 records", [] { run_job(100'000); }}};
    bench::interleave(ways, rounds);
    std::vector<double> without_starts;
    for (std::size_t i = 0; i < ways[0].processor.size(); ++i)
      without_starts.push_back(ways[0].processor[i] - ways[1].processor[i]);
    bench::report_ratio(
        {.bench = "growth",
         .row = "a PNG of 28 x 28 with 1,000 records against 100,000, starts taken off, processor time",
         .wanted = bench::at_most(1.05)},
        without_starts, ways[2].processor);
  }
  std::vector<bench::Way> ways;
  std::vector<double> units;
  for (const int nodes : {10, 100, 500}) {
    const int messages = 3'000'000 / nodes;
    ways.push_back({fmt::format("{} nodes", nodes), [=] { bench::run_chain(nodes, messages); }});
    units.push_back(3'000'000);
  }
  report("a trivial node", ways, units, rounds);
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) { return radflow::run(argc > 1 ? std::atoi(argv[1]) : 3); }
