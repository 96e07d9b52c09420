// What the smallest real jobs cost, graph and nodes together: time of the processor and by the clock, per record.
// For comparing two builds: run them in turn and compare medians.
//   radflow_jobs_bench JOB [RECORDS]     JOB: png28 | pass1k | pass64k | phantom
#include <fmt/format.h>

#include <cstdlib>

#include "tests/bench/interleave.hpp"
#include "tests/bench/small_jobs.hpp"

int main(int argc, char** argv) {
  using namespace radflow;
  const std::string job = argc > 1 ? argv[1] : "png28";
  const int count = argc > 2 ? std::atoi(argv[2]) : job == "phantom" ? 500 : 200'000;
  Pipeline pipeline{bench::plan_of_job(job, count)};
  const double used = bench::processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  pipeline.start();
  pipeline.wait();
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{} {:.3f} us of the processor, {:.3f} us by the clock, a record\n", job,
             1e6 * (bench::processor_seconds() - used) / count, 1e6 * elapsed / count);
}
