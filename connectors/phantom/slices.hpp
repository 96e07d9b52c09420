// Slices of a synthetic chest: what the source `phantom` emits, and tests and benchmarks can make by
// themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/bytes.hpp"

namespace radflow {

struct PhantomOptions {
  int width = 512;
  int height = 512;
  int depth = 16;  // bits of a pixel: 8 or 16
  int seed = 1;
  double lesions = 0.5;  // share of slices with a lesion, 0 to 1
};

struct PhantomSlice {
  Bytes pixels;  // rows from top to bottom; `depth` 8: one byte a pixel; 16: two, little endian
  bool lesion = false;
};

// Slice `index` depends on the options and the index only. Noise is integers, the same on every machine; anatomy is drawn in
// double with the C library's cos and sin, whose last bit may change a pixel by one. At 16 bit pixels are Hounsfield
// units + 1024, at 8 bit a sixteenth of that. Anatomy is drawn once: a slice costs little more. Const calls may run concurrently.
class PhantomSlices {
 public:
  explicit PhantomSlices(const PhantomOptions& options);

  PhantomSlice make(std::uint64_t index) const;

  static constexpr double field_mm = 360;  // the width of a slice

 private:
  template <typename Pixel>
  Bytes render(std::uint64_t index, bool lesion) const;

  PhantomOptions options_;
  std::vector<std::vector<std::int16_t>> anatomies_;  // pixels without noise
  std::vector<std::int16_t> noise_;                   // read from a random place on
};

}  // namespace radflow
