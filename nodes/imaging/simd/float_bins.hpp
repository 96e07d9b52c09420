// The bins that floats fall into.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nodes/imaging/simd/binning.hpp"

namespace radflow {

// Binning::bin_of for floats, by one multiply-add in double. It is proven when it is made, by running the kernel on both
// sides of every edge (both are monotone, so they are equal everywhere); some binnings fail that. It serves the
// instruction set that was chosen when it was made.
class FloatBins {
 public:
  static constexpr int most = 2000;          // what the kernel's numbers have room for
  static constexpr int most_of_bytes = 254;  // with more of them places need 16 bits

  explicit FloatBins(const Binning& binning);
  bool proven() const { return proven_; }
  int bins() const { return line_.bins; }
  // The bins of `count` values, each by one more than its number, so that 0 and what is more than bins() is outside.
  void operator()(const float* values, std::size_t count, std::uint8_t* places) const;
  void operator()(const float* values, std::size_t count, std::uint16_t* places) const;

  // What the kernel is given: value * scale + start is the place, in fixed point.
  struct Line {
    double scale, start;
    float below_zero;  // values between it and 0 count as it, where an edge is 0; else 0
    int bins;
  };

 private:
  bool agrees(const Binning& binning) const;

  Line line_{};
  bool proven_ = false;
};

}  // namespace radflow
