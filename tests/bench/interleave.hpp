// Times several ways of doing one job in turn, round after round, so that a machine whose speed drifts treats
// all alike. Quote ratios of medians of one run, never single times.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace radflow::bench {

struct Way {
  std::string name;
  std::function<void()> job;
  std::vector<double> seconds = {};

  double median() const {
    std::vector<double> sorted = seconds;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

inline void interleave(std::vector<Way>& ways, int rounds) {
  for (Way& way : ways) way.job();  // warm-up
  for (int round = 0; round < rounds; ++round)
    for (Way& way : ways) {
      const auto begin = std::chrono::steady_clock::now();
      way.job();
      way.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
}

// The rate of `ours` over the rate of `theirs`, round by round: median, and the range.
inline std::string ratio(const Way& ours, const Way& theirs) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.seconds.size(); ++i) ratios.push_back(theirs.seconds[i] / ours.seconds[i]);
  std::ranges::sort(ratios);
  char text[80];
  std::snprintf(text, sizeof text, "%.3f (%.3f to %.3f)", ratios[ratios.size() / 2], ratios.front(),
                ratios.back());
  return text;
}

}  // namespace radflow::bench
