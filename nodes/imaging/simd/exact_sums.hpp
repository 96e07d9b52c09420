// Weighted sums of bytes in double, where sums in float could not decide.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nodes/imaging/simd/resample.hpp"

namespace radflow {

// Of one axis: a run per new position, with weights in double.
struct DoubleAxis {
  const WeightRun* runs;
  const double* weights;
  std::size_t size;  // new positions
};

// Of each of the places (row * columns.size + column of the result) the sum, rounded to nearest even and saturated: down
// first and then across, in the order of plain loops and without a fused operation, so that the sums are
// theirs to the last bit.
void exact_bytes(const std::uint8_t* image, std::size_t stride, const DoubleAxis& rows,
                 const DoubleAxis& columns, const std::uint32_t* places, std::size_t count,
                 std::uint8_t* result);

}  // namespace radflow
