#include "nodes/imaging/simd/resample.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/resample.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// Anew for every target.
#include "nodes/imaging/simd/resample-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

using Four = hn::FixedTag<float, 4>;

HWY_INLINE float along(const Halves& line, const FloatAxis& columns, std::size_t column) {
  const WeightRun& run = columns.runs[column];
  const float first = line.at(run.first);
  float sum = 0;
  for (int k = 1; k < run.count; ++k) sum += columns.weights[run.at + k] * (line.at(run.first + k) - first);
  return first + sum;
}

// New columns whose runs are alike and two apart. `near` are the pixels that stand at the first place of a run, at every second
// place of the line, and `far` those between.
template <int fixed, typename T>
HWY_INLINE void along_halves(const float* near, const float* far, const float* weights, int any_count,
                             std::size_t size, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const int count = fixed > 0 ? fixed : any_count;
  std::size_t i = 0;
  for (; i + 2 * lanes <= size; i += 2 * lanes) {
    const auto a0 = hn::LoadU(d, near + i), b0 = hn::LoadU(d, near + i + lanes);
    auto a = begun<T>(a0, weights[0]), b = begun<T>(b0, weights[0]);
#pragma GCC unroll 8
    for (int k = 1; k < count; ++k) {
      const float* from = (k % 2 != 0 ? far : near) + k / 2 + i;
      const auto weight = hn::Set(d, weights[k]);
      a = with<T>(a, hn::LoadU(d, from), a0, weight);
      b = with<T>(b, hn::LoadU(d, from + lanes), b0, weight);
    }
    hn::StoreU(ended<T>(a, a0), d, out + i);
    hn::StoreU(ended<T>(b, b0), d, out + i + lanes);
  }
  for (; i < size; i += lanes) {
    i = std::min(i, size - lanes);
    const auto start = hn::LoadU(d, near + i);
    auto sum = begun<T>(start, weights[0]);
#pragma GCC unroll 8
    for (int k = 1; k < count; ++k)
      sum = with<T>(sum, hn::LoadU(d, (k % 2 != 0 ? far : near) + k / 2 + i), start, hn::Set(d, weights[k]));
    hn::StoreU(ended<T>(sum, start), d, out + i);
  }
}

// Where runs are alike and two apart, even and odd positions are put apart, and vectors go along the result.
template <int fixed, typename T>
HWY_INLINE void halved(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                       const FloatAxis& columns, float* result) {
  const std::size_t half = width / 2 + 1 + 2 * hn::Lanes(Floats{});
  std::vector<float> buffer(2 * half);
  float *evens = buffer.data(), *odds = evens + half;
  const Halves line{evens, odds};
  const WeightRun& run = columns.runs[columns.same_from];
  const float* near = run.first % 2 == 0 ? evens + run.first / 2 : odds + run.first / 2;
  const float* far = run.first % 2 == 0 ? odds + run.first / 2 : evens + run.first / 2 + 1;
  float weights[fixed + 1];
  std::copy_n(columns.weights + run.at, fixed, weights);
  for (std::size_t row = 0; row < rows.size; ++row, result += columns.size) {
    down_mostly<fixed>(image, stride, width, rows, row, line);
    for (std::size_t i = 0; i < columns.same_from; ++i) result[i] = along(line, columns, i);
    for (std::size_t i = columns.same_to; i < columns.size; ++i) result[i] = along(line, columns, i);
    along_halves<fixed, T>(near, far, fixed > 0 ? weights : columns.weights + run.at, run.count,
                           columns.same_to - columns.same_from, result + columns.same_from);
  }
}

// For any ratio: four new rows at a time, of which a place in the buffer holds the four pixels of a column, so that vectors
// go down and no pixel is gathered.
template <typename T>
HWY_INLINE void by_fours(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                         const FloatAxis& columns, float* result) {
  const Floats d;
  const Four d4;
  const std::size_t lanes = hn::Lanes(d);
  std::vector<float> lines(4 * width), buffer(4 * width), turned(4 * (columns.size + lanes));
  for (std::size_t row = 0; row < rows.size; row += 4) {
    const std::size_t last = rows.size - 1;
    const std::size_t second = std::min(row + 1, last), third = std::min(row + 2, last),
                      fourth = std::min(row + 3, last);
    down(image, stride, width, rows, row, Line{lines.data()});
    down(image, stride, width, rows, second, Line{lines.data() + width});
    down(image, stride, width, rows, third, Line{lines.data() + 2 * width});
    down(image, stride, width, rows, fourth, Line{lines.data() + 3 * width});
    for (std::size_t i = 0; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      const float* line = lines.data() + i;
      hn::StoreInterleaved4(hn::LoadU(d, line), hn::LoadU(d, line + width), hn::LoadU(d, line + 2 * width),
                            hn::LoadU(d, line + 3 * width), d, buffer.data() + 4 * i);
    }
    for (std::size_t column = 0; column < columns.size; ++column) {
      const WeightRun& run = columns.runs[column];
      const float* weights = columns.weights + run.at;
      const float* from = buffer.data() + 4 * run.first;
      const auto start = hn::LoadU(d4, from);
      auto sum = hn::Zero(d4);
      for (int k = 1; k < run.count; ++k)
        sum = hn::MulAdd(hn::Sub(hn::LoadU(d4, from + 4 * k), start), hn::Set(d4, weights[k]), sum);
      hn::StoreU(hn::Add(sum, start), d4, turned.data() + 4 * column);
    }
    float* out = result + row * columns.size;
    const std::size_t to_second = (second - row) * columns.size, to_third = (third - row) * columns.size,
                      to_fourth = (fourth - row) * columns.size;
    std::size_t i = 0;
    for (; i + lanes <= columns.size; i += lanes) {
      auto a = hn::Undefined(d), b = hn::Undefined(d), c = hn::Undefined(d), e = hn::Undefined(d);
      hn::LoadInterleaved4(d, turned.data() + 4 * i, a, b, c, e);
      hn::StoreU(a, d, out + i);
      hn::StoreU(b, d, out + to_second + i);
      hn::StoreU(c, d, out + to_third + i);
      hn::StoreU(e, d, out + to_fourth + i);
    }
    for (; i < columns.size; ++i)
      for (std::size_t k = 0; row + k <= last && k < 4; ++k) out[k * columns.size + i] = turned[4 * i + k];
  }
}

template <typename T>
HWY_INLINE void resample(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                         const FloatAxis& columns, float* result) {
  const std::size_t lanes = hn::Lanes(Floats{});
  if (columns.same_to - columns.same_from >= lanes) {
    constexpr int half_as_many = 6;  // weights, by the default interpolation
    if (columns.runs[columns.same_from].count == half_as_many)
      return halved<half_as_many>(image, stride, width, rows, columns, result);
    return halved<0>(image, stride, width, rows, columns, result);
  }
  std::optional<Picks> picks;
  if (columns.size >= lanes) picks.emplace(columns, lanes);
  if (picks && picks->fits)
    by_picks(image, stride, width, rows, columns, *picks, result);
  else
    by_fours(image, stride, width, rows, columns, result);
}

void floats_kernel(const float* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                   const FloatAxis& columns, float* result) {
  resample(image, stride, width, rows, columns, result);
}
void bytes_kernel(const std::uint8_t* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                  const FloatAxis& columns, float* result) {
  resample(image, stride, width, rows, columns, result);
}
std::size_t lanes_kernel() { return hn::Lanes(Floats{}); }

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(floats_kernel);
HWY_EXPORT(bytes_kernel);
HWY_EXPORT(lanes_kernel);

std::size_t least_resample_columns() { return HWY_DYNAMIC_DISPATCH(lanes_kernel)(); }

void resample_floats(const float* image, std::size_t stride, std::size_t image_columns, const FloatAxis& rows,
                     const FloatAxis& columns, float* result) {
  HWY_DYNAMIC_DISPATCH(floats_kernel)(image, stride, image_columns, rows, columns, result);
}
void resample_bytes(const std::uint8_t* image, std::size_t stride, std::size_t image_columns,
                    const FloatAxis& rows, const FloatAxis& columns, float* result) {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(image, stride, image_columns, rows, columns, result);
}

}  // namespace radflow
#endif
