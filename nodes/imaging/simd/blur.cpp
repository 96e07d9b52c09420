#include "nodes/imaging/simd/blur.hpp"

#include <algorithm>
#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/blur.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// Anew for every target.
#include "nodes/imaging/simd/blur-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// Gives the row at which it stopped, because nothing more could be noted.
template <std::size_t fixed, typename T, typename To>
HWY_INLINE std::size_t blur_of(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                               const BlurKernel& kernel, To& to) {
  const std::size_t lanes = hn::Lanes(Floats{}), radius = kernel.radius();
  // A copy, so that GCC sees that no result overwrites it.
  float copied[fixed + 1];
  std::copy_n(kernel.weights.data() + radius, fixed + 1, copied);
  const float* half = fixed > 0 ? copied : kernel.weights.data() + radius;
  // Four lines, each with its border, whose first pixels lie at the start of a line of the cache.
  const std::size_t border = (radius + 15) / 16 * 16, stride = border + (width + radius + 3 + 15) / 16 * 16;
  const auto buffer = std::make_unique_for_overwrite<float[]>(border + 4 * stride + 16);
  float* lines = buffer.get() + border;
  lines += (64 - reinterpret_cast<std::uintptr_t>(lines) % 64) % 64 / sizeof(float);
  std::size_t row = 0;
  while (row < height && to.has_room_for(width)) {
    const std::size_t some = std::min<std::size_t>(4, height - row);
    for (std::size_t i = 0; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      if (some == 4)
        down_four<fixed>(rows + row, i, half, radius, lines + i, stride);
      else
        for (std::size_t k = 0; k < some; ++k)
          down_one(rows + row + k, i, half, radius, lines + k * stride + i);
    }
    for (std::size_t k = 0; k < some; ++k) {
      float* line = lines + k * stride;
      float* before = line - radius;
      for (std::size_t j = 0; j < radius; ++j) {
        before[j] = line[beside[j]];
        line[width + j] = line[beside[radius + j]];
      }
      to.template row<fixed>(line, width, half, radius);
    }
    row += some;
  }
  return row;
}

template <typename T, typename To>
HWY_INLINE std::size_t blur(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                            const BlurKernel& kernel, To& to) {
  if (kernel.radius() == 4)  // sigma 1
    return blur_of<4>(rows, height, width, beside, kernel, to);
  if (kernel.radius() == 6)  // sigma 1.5
    return blur_of<6>(rows, height, width, beside, kernel, to);
  return blur_of<0>(rows, height, width, beside, kernel, to);
}

void floats_kernel(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                   const BlurKernel& kernel, float* result, std::size_t stride) {
  ToFloats to{result, stride};
  blur(rows, height, width, beside, kernel, to);
}
void bytes_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float* result, std::size_t stride) {
  ToFloats to{result, stride};
  blur(rows, height, width, beside, kernel, to);
}
std::size_t rounded_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width,
                           const int* beside, const BlurKernel& kernel, float error, std::uint8_t* result,
                           std::vector<std::uint32_t>& places) {
  ToBytes to{result, error, places.data(), places.size()};
  const std::size_t done = blur(rows, height, width, beside, kernel, to);
  places.resize(to.noted);
  return done;
}

std::size_t lanes_kernel() { return hn::Lanes(Floats{}); }

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(floats_kernel);
HWY_EXPORT(bytes_kernel);
HWY_EXPORT(rounded_kernel);
HWY_EXPORT(lanes_kernel);

std::size_t least_blur_columns() { return HWY_DYNAMIC_DISPATCH(lanes_kernel)(); }

void blur_floats(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                 const BlurKernel& kernel, float* result, std::size_t stride) {
  HWY_DYNAMIC_DISPATCH(floats_kernel)(rows, height, width, beside, kernel, result, stride);
}
void blur_bytes(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                const BlurKernel& kernel, float* result, std::size_t stride) {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(rows, height, width, beside, kernel, result, stride);
}

void blur_rounded(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float error, std::uint8_t* result,
                  std::vector<std::uint32_t>& doubtful) {
  std::vector<std::uint32_t> places;
  for (std::size_t row = 0; row < height;) {
    const std::size_t first = row * width;
    places.resize(std::max<std::size_t>(4 * (width + 64), 4096));
    row += HWY_DYNAMIC_DISPATCH(rounded_kernel)(rows + row, height - row, width, beside, kernel, error,
                                                result + first, places);
    for (const std::uint32_t place : places) doubtful.push_back(static_cast<std::uint32_t>(first + place));
  }
}

}  // namespace radflow
#endif
