// The ratio of two jobs' least times: of each, what other programs disturbed least in a block of rounds in which both took
// turns; told of five such blocks.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "tests/bench/report.hpp"

namespace radflow::bench {

using Job = std::function<void()>;

inline double seconds_of(const Job& job) {
  const auto begin = std::chrono::steady_clock::now();
  job();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Ratios {
  std::vector<double> of_blocks;             // time of `job` over that of `other`
  double least = 1e9, least_of_other = 1e9;  // seconds
  Ratios(const Job& job, const Job& other, int rounds) {
    other();
    // Of a slow job a block has as many rounds as fit into a fifth of a second.
    const double once = seconds_of(job);
    rounds = std::max(3, std::min(rounds, static_cast<int>(0.2 / once)));
    for (int block = 0; block < 5; ++block) {
      double here = 1e9, beside = 1e9;
      for (int round = 0; round < rounds; ++round) {
        here = std::min(here, seconds_of(job));
        beside = std::min(beside, seconds_of(other));
      }
      of_blocks.push_back(here / beside);
      least = std::min(least, here);
      least_of_other = std::min(least_of_other, beside);
    }
    std::ranges::sort(of_blocks);
  }
  Finding finding(const std::string& bench, const std::string& row, std::optional<Wanted> wanted = {},
                  const std::string& target = {}) const {
    return {bench, row, of_blocks[2], of_blocks.front(), of_blocks.back(), wanted, target};
  }
};

}  // namespace radflow::bench
