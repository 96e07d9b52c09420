#include "nodes/imaging/simd/ramp.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/float_ramp.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr float float_magic = 12582912.0F;  // 1.5 * 2^23: the sum's last bits are the integer, nearest even
constexpr double double_magic = 6755399441055744.0;  // 1.5 * 2^52

// In the order of operations of Ramp::shade.
template <class V>
HWY_INLINE auto in_double(V x, const FloatRamp& ramp) {
  const hn::DFromV<V> d;
  const auto one = hn::Set(d, 1.0);
  auto y = hn::Add(hn::Div(hn::Sub(x, hn::Set(d, ramp.middle)), hn::Set(d, ramp.width)), hn::Set(d, 0.5));
  y = hn::Min(hn::Max(y, hn::Zero(d)), one);
  if (ramp.inverted) y = hn::Sub(one, y);
  const auto magic = hn::Set(d, double_magic);
  return hn::Sub(hn::Add(hn::Mul(y, hn::Set(d, 255.0)), magic), magic);
}

template <class D, class V>
HWY_INLINE auto decided_in_double(D, V x, const FloatRamp& ramp) {
  const hn::Repartition<double, D> dd;
  const hn::Half<D> dh;
  const hn::Rebind<std::int32_t, decltype(dh)> dhi;
  const hn::Rebind<std::int32_t, D> di;
  const auto low = in_double(hn::PromoteTo(dd, hn::LowerHalf(dh, x)), ramp);
  const auto high = in_double(hn::PromoteTo(dd, hn::UpperHalf(dh, x)), ramp);
  return hn::Combine(di, hn::DemoteTo(dhi, high), hn::DemoteTo(dhi, low));
}

template <class V>
HWY_INLINE V in_float(V x, V start, V slope, V offset) {
  const hn::DFromV<V> df;
  const auto shade = hn::MulAdd(hn::Sub(x, start), slope, offset);
  return hn::Min(hn::Max(shade, hn::Zero(df)), hn::Set(df, 255.0F));
}

template <class V>
HWY_INLINE auto black_if_nan(V x, hn::VFromD<hn::Rebind<std::int32_t, hn::DFromV<V>>> shades) {
  const hn::Rebind<std::int32_t, hn::DFromV<V>> di;
  return hn::IfThenElseZero(hn::RebindMask(di, hn::Eq(x, x)), shades);
}

// Two vectors. By how much rounding in float may move a shade is below 1e-4, see apply_ramp().
template <class D>
HWY_INLINE void floats(D df, const float* values, const FloatRamp& ramp, std::uint8_t* shades) {
  const hn::Rebind<std::uint32_t, D> du;
  const hn::Rebind<std::uint8_t, D> d8;
  const auto start = hn::Set(df, ramp.start), slope = hn::Set(df, ramp.slope),
             offset = hn::Set(df, ramp.offset);
  const auto magic = hn::Set(df, float_magic);
  const auto x0 = hn::LoadU(df, values), x1 = hn::LoadU(df, values + hn::Lanes(df));
  const auto shade0 = in_float(x0, start, slope, offset), shade1 = in_float(x1, start, slope, offset);
  const auto moved0 = hn::Add(shade0, magic), moved1 = hn::Add(shade1, magic);
  const auto apart = hn::Max(hn::Abs(hn::Sub(hn::Sub(moved0, magic), shade0)),
                             hn::Abs(hn::Sub(hn::Sub(moved1, magic), shade1)));
  auto shades0 = hn::BitCast(du, moved0), shades1 = hn::BitCast(du, moved1);
  // NaN is not near either; where Max makes zero of it, it is black as it should be.
  if (HWY_UNLIKELY(!hn::AllTrue(df, hn::Le(apart, hn::Set(df, ramp.sure))))) {
    shades0 = hn::BitCast(du, black_if_nan(x0, decided_in_double(df, x0, ramp)));
    shades1 = hn::BitCast(du, black_if_nan(x1, decided_in_double(df, x1, ramp)));
  }
  // The last byte is the shade.
  hn::StoreU(hn::TruncateTo(d8, shades0), d8, shades);
  hn::StoreU(hn::TruncateTo(d8, shades1), d8, shades + hn::Lanes(df));
}

void floats_kernel(const float* values, std::size_t count, const FloatRamp& shared_ramp,
                   std::uint8_t* shades) {
  const FloatRamp ramp = shared_ramp;  // a copy, which bytes that are written cannot change
  const hn::ScalableTag<float> d;
  const std::size_t two = 2 * hn::Lanes(d);
  if (count < two) {
    HWY_ALIGN float in[2 * hn::MaxLanes(d)] = {};
    HWY_ALIGN std::uint8_t out[2 * hn::MaxLanes(d)];
    std::copy_n(values, count, in);
    floats(d, in, ramp, out);
    std::copy_n(out, count, shades);
    return;
  }
  for (std::size_t i = 0; i + two <= count; i += two) floats(d, values + i, ramp, shades + i);
  floats(d, values + count - two, ramp, shades + count - two);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(floats_kernel);

// The distance is taken from a float near the ramp's start and what that is off goes into the offset, so that within the
// ramp the distance is off by 2^-24 of itself, and the shade by 2^-24 * 255 for that, for the slope and for each
// operation: below 8e-5. Where the offset is large, the ramp is so narrow for its place that doubles decide everything.
void apply_ramp(const Ramp& ramp, const float* values, std::size_t count, std::uint8_t* shades) {
  const double begin = ramp.middle - ramp.width / 2;
  const double slope = (ramp.inverted ? -255 : 255) / ramp.width;
  const auto start = static_cast<float>(begin);
  const double offset = (ramp.inverted ? 255 : 0) + (start - begin) * slope;
  const bool usual =
      std::abs(begin) < 1e30 && std::abs(slope) < 1e30 && std::abs(slope) > 1e-30 && std::abs(offset) < 300;
  HWY_DYNAMIC_DISPATCH(floats_kernel)
  (values, count,
   {.middle = ramp.middle,
    .width = ramp.width,
    .start = start,
    .slope = static_cast<float>(slope),
    .offset = static_cast<float>(offset),
    .inverted = ramp.inverted,
    .sure = usual ? 0.5F - 1e-4F : -1},
   shades);
}

}  // namespace radflow
#endif
