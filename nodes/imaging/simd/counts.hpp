// Counting values: those of few codes, and the bins that floats fall into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nodes/imaging/simd/binning.hpp"

namespace radflow {

// Adds to counts[c] how many values are c, for c < codes <= 16; others are not counted, nor those where `counted` is 0
// (null: all are).
void count_few_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                     std::uint32_t* counts);

// Binning::bin_of for floats, by one multiplication in double. It is proven when it is made, by running the kernel on both
// sides of every edge (both are monotone, so they are equal everywhere); some 5 % of binnings fail that. Made for the target
// that is chosen then.
class FloatBins {
 public:
  static constexpr int most = 4096;  // with more of them the proof takes longer than it saves

  explicit FloatBins(const Binning& binning);
  bool proven() const { return proven_; }
  // The bins of `count` values; of those outside, of NaN and where `counted` is 0 the number of bins.
  void operator()(const float* values, const std::uint8_t* counted, std::size_t count,
                  std::uint16_t* bins) const;

  // What the kernel is given: the range in floats, and the line in doubles.
  struct Line {
    float lowest, highest;
    double low, scale;
    int last, outside;
  };

 private:
  Line line_{};
  bool proven_ = false;
};

}  // namespace radflow
