// Resampling of one channel in float: first down, only the rows that the result has, then along those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// The old positions that a new one is made of.
struct WeightRun {
  int first = 0;       // old position of the first weight
  int count = 0;       // how many weights, at least 1; the outer two are not zero
  std::size_t at = 0;  // where the first stands in the weights
};

// Of one axis: a run per new position.
struct FloatAxis {
  const WeightRun* runs;
  const float* weights;
  std::size_t size;  // new positions
  // Runs from `same_from` to before `same_to` have equal weights and begin two positions apart; none where equal.
  std::size_t same_from, same_to;
};

// The image's columns must be at least this many.
std::size_t least_resample_columns();

// Pixels of the image, whose rows are `stride` elements apart, to `result` of columns.size floats a row.
void resample_floats(const float* image, std::size_t stride, std::size_t image_columns, const FloatAxis& rows,
                     const FloatAxis& columns, float* result);
void resample_bytes(const std::uint8_t* image, std::size_t stride, std::size_t image_columns,
                    const FloatAxis& rows, const FloatAxis& columns, float* result);

}  // namespace radflow
