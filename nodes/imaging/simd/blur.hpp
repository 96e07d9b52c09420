// Smoothing by a symmetric kernel along rows and columns, of one channel in float.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

struct BlurKernel {
  std::vector<float> weights;  // 2 * radius + 1
  std::size_t radius() const { return weights.size() / 2; }
};

// Images must have at least this many columns.
std::size_t least_blur_columns();

// `rows` are those of the image with `radius` rows of its border before and behind them. `beside` are the columns that
// stand for those left of the image, from the outermost, and for those right of it. Gives `height` rows of `width` floats,
// whose first ones are `stride` apart.
void blur_floats(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                 const BlurKernel& kernel, float* result, std::size_t stride);
void blur_bytes(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                const BlurKernel& kernel, float* result, std::size_t stride);

// The sums rounded to nearest even. The places, row * width + column, of those within `error` of a tie are appended to
// `doubtful`, some perhaps twice: doubles have to decide.
void blur_rounded(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float error, std::uint8_t* result,
                  std::vector<std::uint32_t>& doubtful);

}  // namespace radflow
