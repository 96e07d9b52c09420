#include "nodes/imaging/simd/exact_sums.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

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

HWY_INLINE hn::VFromD<Doubles> load(const std::uint8_t* from) {
  const hn::Rebind<std::int32_t, Doubles> di;
  const hn::Rebind<std::uint8_t, Doubles> d8;
  return hn::PromoteTo(Doubles{}, hn::PromoteTo(di, hn::LoadU(d8, from)));
}

// What a new row is made of.
struct Down {
  const std::uint8_t* rows;
  std::size_t stride;
  const double* weights;
  int count;
};

HWY_INLINE std::uint8_t one(const Down& down, const WeightRun& run, const double* weights) {
  double sum = 0;
  for (int column = 0; column < run.count; ++column) {
    const std::uint8_t* from = down.rows + run.first + column;
    double inner = 0;
    for (int k = 0; k < down.count; ++k) inner += down.weights[k] * from[k * down.stride];
    sum += weights[run.at + column] * inner;
  }
  return static_cast<std::uint8_t>(std::nearbyint(std::clamp(sum, 0.0, 255.0)));
}

// Four new pixels of a row, each of four by four old ones: down by vectors of four columns that lie side by side, across by
// vectors of four new pixels.
HWY_INLINE void four(const Down& down, const WeightRun* runs, const double* weights,
                     const std::uint32_t* places, std::uint8_t* result) {
  const Doubles d;
  const hn::Rebind<std::int32_t, Doubles> di;
  const std::size_t lanes = hn::Lanes(d);
  const WeightRun &run_a = runs[places[0]], &run_b = runs[places[1]], &run_c = runs[places[2]],
                  &run_e = runs[places[3]];
  HWY_ALIGN double products[16];
  for (std::size_t i = 0; i < 4; i += lanes) {
    const std::uint8_t* from = down.rows + i;
    auto a = hn::Zero(d), b = a, c = a, e = a;
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k, from += down.stride) {
      const auto weight = hn::Set(d, down.weights[k]);
      a = hn::Add(a, hn::Mul(weight, load(from + run_a.first)));
      b = hn::Add(b, hn::Mul(weight, load(from + run_b.first)));
      c = hn::Add(c, hn::Mul(weight, load(from + run_c.first)));
      e = hn::Add(e, hn::Mul(weight, load(from + run_e.first)));
    }
    hn::Store(hn::Mul(hn::LoadU(d, weights + run_a.at + i), a), d, products + i);
    hn::Store(hn::Mul(hn::LoadU(d, weights + run_b.at + i), b), d, products + 4 + i);
    hn::Store(hn::Mul(hn::LoadU(d, weights + run_c.at + i), c), d, products + 8 + i);
    hn::Store(hn::Mul(hn::LoadU(d, weights + run_e.at + i), e), d, products + 12 + i);
  }
  HWY_ALIGN std::int32_t rounded[4];
  for (std::size_t i = 0; i < 4; i += lanes) {
    auto a = hn::Undefined(d), b = a, c = a, e = a;
    hn::LoadInterleaved4(d, products + 4 * i, a, b, c, e);
    const auto sum = hn::Add(hn::Add(hn::Add(a, b), c), e);
    const auto nearest = hn::Round(hn::Min(hn::Max(sum, hn::Zero(d)), hn::Set(d, 255.0)));
    hn::StoreU(hn::DemoteTo(di, nearest), di, rounded + i);
  }
  for (int k = 0; k < 4; ++k) result[places[k]] = static_cast<std::uint8_t>(rounded[k]);
}

HWY_INLINE bool all_of_four(const WeightRun* runs, const std::uint32_t* places) {
  return runs[places[0]].count == 4 && runs[places[1]].count == 4 && runs[places[2]].count == 4 &&
         runs[places[3]].count == 4;
}

void bytes_kernel(const std::uint8_t* image, std::size_t stride, const DoubleAxis& rows,
                  const DoubleAxis& columns, const std::uint32_t* places, std::size_t count,
                  std::uint8_t* result) {
  std::vector<std::uint32_t> of_row(columns.size);
  for (std::size_t i = 0; i < count;) {
    const std::size_t row = places[i] / columns.size, begin = row * columns.size;
    std::size_t size = 0;
    for (; i < count && size < columns.size && places[i] - begin < columns.size; ++i)
      of_row[size++] = static_cast<std::uint32_t>(places[i] - begin);
    const WeightRun& run = rows.runs[row];
    const Down down{image + run.first * stride, stride, rows.weights + run.at, run.count};
    for (std::size_t k = 0; k < size;) {
      // The last four overlap those before them.
      const std::uint32_t* next = of_row.data() + std::min(k, size - std::min<std::size_t>(size, 4));
      if (size >= 4 && down.count == 4 && all_of_four(columns.runs, next)) {
        four(down, columns.runs, columns.weights, next, result + begin);
        k += 4;
      } else {
        result[begin + of_row[k]] = one(down, columns.runs[of_row[k]], columns.weights);
        ++k;
      }
    }
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(bytes_kernel);

void exact_bytes(const std::uint8_t* image, std::size_t stride, const DoubleAxis& rows,
                 const DoubleAxis& columns, const std::uint32_t* places, std::size_t count,
                 std::uint8_t* result) {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(image, stride, rows, columns, places, count, result);
}

}  // namespace radflow
#endif
