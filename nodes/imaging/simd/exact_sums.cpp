#include "nodes/imaging/simd/exact_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/exact_sums.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::CappedTag<double, 4>;

// Of four columns side by side.
HWY_INLINE void down_four(const std::uint8_t* pixels, std::size_t stride, const double* weights, int rows,
                          double* sums) {
  const Doubles d;
  const hn::Rebind<std::int32_t, Doubles> di;
  const hn::Rebind<std::uint8_t, Doubles> d8;
  for (std::size_t i = 0; i < 4; i += hn::Lanes(d)) {
    auto sum = hn::Zero(d);
    for (int k = 0; k < rows; ++k) {
      const auto value = hn::PromoteTo(d, hn::PromoteTo(di, hn::LoadU(d8, pixels + k * stride + i)));
      sum = hn::Add(sum, hn::Mul(hn::Set(d, weights[k]), value));
    }
    hn::StoreU(sum, d, sums + i);
  }
}

void sums_kernel(const std::uint8_t* image, std::size_t stride, const DoubleAxis& rows,
                 const DoubleAxis& columns, const std::uint32_t* places, std::size_t count, double* sums) {
  const auto width = static_cast<std::uint32_t>(columns.size);
  for (std::size_t i = 0; i < count; ++i) {
    const WeightRun &down = rows.runs[places[i] / width], &across = columns.runs[places[i] % width];
    const double *down_weights = rows.weights + down.at, *across_weights = columns.weights + across.at;
    const std::uint8_t* pixels = image + down.first * stride + across.first;
    double sum = 0;
    int column = 0;
    for (; column + 4 <= across.count; column += 4) {
      double inner[4];
      down_four(pixels + column, stride, down_weights, down.count, inner);
      sum += across_weights[column] * inner[0];
      sum += across_weights[column + 1] * inner[1];
      sum += across_weights[column + 2] * inner[2];
      sum += across_weights[column + 3] * inner[3];
    }
    for (; column < across.count; ++column) {
      double inner = 0;
      for (int k = 0; k < down.count; ++k) inner += down_weights[k] * pixels[k * stride + column];
      sum += across_weights[column] * inner;
    }
    sums[i] = sum;
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(sums_kernel);

void exact_sums(const std::uint8_t* image, std::size_t stride, const DoubleAxis& rows,
                const DoubleAxis& columns, const std::uint32_t* places, std::size_t count, double* sums) {
  HWY_DYNAMIC_DISPATCH(sums_kernel)(image, stride, rows, columns, places, count, sums);
}

}  // namespace radflow
#endif
