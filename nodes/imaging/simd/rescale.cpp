#include "nodes/imaging/simd/rescale.hpp"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/rescale.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Where slope and intercept are integers and every result is below 2^24, floats hold each step exactly, so that
// double gives the same bits.
bool is_exact_in_float(double slope, double intercept) {
  constexpr double most = 1 << 24;
  return slope == std::trunc(slope) && intercept == std::trunc(intercept) &&
         std::abs(slope) * 65536 + std::abs(intercept) < most;
}

template <typename T>
void rescale_kernel(const T* from, std::size_t count, double slope, double intercept, float* to) {
  std::size_t i = 0;
  if (is_exact_in_float(slope, intercept)) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> integers;
    const hn::Rebind<T, decltype(d)> stored;
    const auto by = hn::Set(d, static_cast<float>(slope)), plus = hn::Set(d, static_cast<float>(intercept));
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
      const auto values = hn::ConvertTo(d, hn::PromoteTo(integers, hn::LoadU(stored, from + i)));
      hn::StoreU(hn::Add(hn::Mul(values, by), plus), d, to + i);
    }
  } else {
    const hn::ScalableTag<double> d;
    const hn::Rebind<std::int32_t, decltype(d)> integers;
    const hn::Rebind<T, decltype(d)> stored;
    const hn::Rebind<float, decltype(d)> floats;
    const auto by = hn::Set(d, slope), plus = hn::Set(d, intercept);
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
      const auto values = hn::PromoteTo(d, hn::PromoteTo(integers, hn::LoadU(stored, from + i)));
      hn::StoreU(hn::DemoteTo(floats, hn::Add(hn::Mul(values, by), plus)), floats, to + i);
    }
  }
  for (; i < count; ++i) to[i] = static_cast<float>(static_cast<double>(from[i]) * slope + intercept);
}

// Dispatch is of functions, not of templates.
void rescale_u8(const std::uint8_t* from, std::size_t count, double slope, double intercept, float* to) {
  rescale_kernel(from, count, slope, intercept, to);
}
void rescale_s8(const std::int8_t* from, std::size_t count, double slope, double intercept, float* to) {
  rescale_kernel(from, count, slope, intercept, to);
}
void rescale_u16(const std::uint16_t* from, std::size_t count, double slope, double intercept, float* to) {
  rescale_kernel(from, count, slope, intercept, to);
}
void rescale_s16(const std::int16_t* from, std::size_t count, double slope, double intercept, float* to) {
  rescale_kernel(from, count, slope, intercept, to);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(rescale_u8);
HWY_EXPORT(rescale_s8);
HWY_EXPORT(rescale_u16);
HWY_EXPORT(rescale_s16);

void rescale(const std::uint8_t* from, std::size_t count, double slope, double intercept, float* to) {
  HWY_DYNAMIC_DISPATCH(rescale_u8)(from, count, slope, intercept, to);
}
void rescale(const std::int8_t* from, std::size_t count, double slope, double intercept, float* to) {
  HWY_DYNAMIC_DISPATCH(rescale_s8)(from, count, slope, intercept, to);
}
void rescale(const std::uint16_t* from, std::size_t count, double slope, double intercept, float* to) {
  HWY_DYNAMIC_DISPATCH(rescale_u16)(from, count, slope, intercept, to);
}
void rescale(const std::int16_t* from, std::size_t count, double slope, double intercept, float* to) {
  HWY_DYNAMIC_DISPATCH(rescale_s16)(from, count, slope, intercept, to);
}

}  // namespace radflow
#endif
