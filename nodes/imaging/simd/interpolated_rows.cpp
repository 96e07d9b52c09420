#include "nodes/imaging/simd/interpolated_rows.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/interpolated_rows.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using HalfFloats = hn::Half<Floats>;
using Doubles = hn::Repartition<double, Floats>;
using Wide = hn::VFromD<Doubles>;
using Integers = hn::RebindToSigned<Floats>;

// No multiplication is fused with a sum: the results are another library's to the last bit.
HWY_INLINE Wide between(Wide share, Wide here, Wide next) {
  return hn::Add(hn::Mul(hn::Sub(hn::Set(Doubles{}, 1.0), share), here), hn::Mul(share, next));
}

void interpolate_kernel(const InterpolatedRow& row, std::size_t count, const ColumnFractions& fractions) {
  const Doubles d;
  const HalfFloats df;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    const auto here = hn::PromoteTo(d, hn::LoadU(df, row.pixels + i));
    const auto before = hn::PromoteTo(d, hn::LoadU(df, row.pixels + i - 1));
    const auto behind = hn::PromoteTo(d, hn::LoadU(df, row.pixels + i + 1));
    hn::StoreU(between(hn::LoadU(d, fractions.right + i), here, behind), d, row.right + i);
    hn::StoreU(between(hn::LoadU(d, fractions.left + i), before, here), d, row.left + i);
  }
}

// `bit` where the interpolated value is at least the centre, else 0.
HWY_INLINE Wide diagonal(Wide share, const double* upper, const double* lower, Wide centre, double bit) {
  const Doubles d;
  const auto value = between(share, hn::LoadU(d, upper), hn::LoadU(d, lower));
  return hn::IfThenElseZero(hn::Ge(hn::Sub(value, centre), hn::Zero(d)), hn::Set(d, bit));
}
HWY_INLINE auto diagonals(const InterpolatedRow& above, const InterpolatedRow& centre,
                          const InterpolatedRow& below, Wide up, Wide down, std::size_t i) {
  const Doubles d;
  const auto pixels = hn::PromoteTo(d, hn::LoadU(HalfFloats{}, centre.pixels + i));
  const auto upper = hn::Add(diagonal(up, above.right + i, centre.right + i, pixels, 2),
                             diagonal(up, above.left + i, centre.left + i, pixels, 8));
  const auto lower = hn::Add(diagonal(down, centre.left + i, below.left + i, pixels, 32),
                             diagonal(down, centre.right + i, below.right + i, pixels, 128));
  return hn::DemoteTo(hn::Half<Integers>{}, hn::Add(upper, lower));
}
HWY_INLINE auto straight(const float* neighbour, hn::VFromD<Floats> centre, std::int32_t bit) {
  const auto least = hn::Ge(hn::Sub(hn::LoadU(Floats{}, neighbour), centre), hn::Zero(Floats{}));
  return hn::IfThenElseZero(hn::RebindMask(Integers{}, least), hn::Set(Integers{}, bit));
}

void patterns_kernel(const InterpolatedRow& above, const InterpolatedRow& centre,
                     const InterpolatedRow& below, double up, double down, std::size_t count,
                     std::uint8_t* patterns) {
  const Floats df;
  const Integers di;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const std::size_t lanes = hn::Lanes(df);
  const auto share_up = hn::Set(Doubles{}, up), share_down = hn::Set(Doubles{}, down);
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    const auto pixels = hn::LoadU(df, centre.pixels + i);
    auto bits = hn::Combine(di, diagonals(above, centre, below, share_up, share_down, i + lanes / 2),
                            diagonals(above, centre, below, share_up, share_down, i));
    bits = hn::Or(bits,
                  hn::Or(straight(centre.pixels + i + 1, pixels, 1), straight(above.pixels + i, pixels, 4)));
    bits = hn::Or(
        bits, hn::Or(straight(centre.pixels + i - 1, pixels, 16), straight(below.pixels + i, pixels, 64)));
    hn::StoreU(hn::DemoteTo(d8, bits), d8, patterns + i);
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(interpolate_kernel);
HWY_EXPORT(patterns_kernel);

void interpolate_row(const InterpolatedRow& row, std::size_t count, const ColumnFractions& fractions) {
  HWY_DYNAMIC_DISPATCH(interpolate_kernel)(row, count, fractions);
}

void float_neighbour_patterns(const InterpolatedRow& above, const InterpolatedRow& centre,
                              const InterpolatedRow& below, double up, double down, std::size_t count,
                              std::uint8_t* patterns) {
  HWY_DYNAMIC_DISPATCH(patterns_kernel)(above, centre, below, up, down, count, patterns);
}

}  // namespace radflow
#endif
