// Times several ways of doing one job in turn, round after round, so that a machine whose speed drifts treats
// all alike. Quote ratios of medians of one run, never single times.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/report.hpp"

namespace radflow::bench {

struct Way {
  std::string name;
  std::function<void()> job;
  std::vector<double> seconds = {};
  std::vector<double> processor = {};  // seconds, user and system together, over all threads

  double median() const {
    std::vector<double> sorted = seconds;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

inline double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

inline void interleave(std::vector<Way>& ways, int rounds) {
  for (Way& way : ways) way.job();  // warm-up
  for (int round = 0; round < rounds; ++round)
    for (Way& way : ways) {
      const auto begin = std::chrono::steady_clock::now();
      const double busy = processor_seconds();
      way.job();
      way.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      way.processor.push_back(processor_seconds() - busy);
    }
}

// `above[i] / below[i]`, round by round: median and range.
inline void report_ratio(Finding finding, const std::vector<double>& above,
                         const std::vector<double>& below) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < above.size(); ++i) ratios.push_back(above[i] / below[i]);
  std::ranges::sort(ratios);
  finding.median = ratios[ratios.size() / 2];
  finding.low = ratios.front();
  finding.high = ratios.back();
  report(finding);
}

// The rate of `ours` over the rate of `theirs`.
inline void report_rate(Finding finding, const Way& ours, const Way& theirs) {
  report_ratio(std::move(finding), theirs.seconds, ours.seconds);
}

}  // namespace radflow::bench
