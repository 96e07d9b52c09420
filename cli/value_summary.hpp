// ValueSummary: how the values of a frame are spread. Padding, NaN and infinities are left out and counted.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "nodes/types/frame.hpp"

namespace radflow::cli {

struct ValueSummary {
  static constexpr int bins = 32;

  double low = 0, high = 0;  // 0 where no value counts
  std::vector<std::pair<int, double>>
      percentiles;                      // 1, 5, 25, 50, 75, 95, 99: as numpy.percentile interpolates
  std::vector<std::int64_t> histogram;  // equal bins from low to high; the last one holds high
  std::int64_t counted = 0, padding = 0, not_finite = 0;  // pixels, of colour with three values each
};

// Of all channels together.
ValueSummary summarise(const Frame& frame);

// The histogram as one character per bin, "▁▃█": heights follow the logarithm of the counts, and a bin without a value is
// a blank.
std::string sparkline(const std::vector<std::int64_t>& counts);

}  // namespace radflow::cli
