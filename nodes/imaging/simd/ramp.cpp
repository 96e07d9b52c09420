#include "nodes/imaging/simd/ramp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/ramp.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr float float_magic = 12582912.0F;  // 1.5 * 2^23: the sum's last bits are the integer, nearest even

// The 16-bit integers nearest to start + slope * distance, of the even or of the odd lanes in 32 bits.
template <class V, class VF>
HWY_INLINE V line(V distances, VF slope, VF offset) {
  const hn::DFromV<VF> df;
  const hn::DFromV<V> di;
  const auto shades = hn::MulAdd(hn::ConvertTo(df, distances), slope, offset);
  return hn::BitCast(di, hn::Add(shades, hn::Set(df, float_magic)));
}

// One vector of distances.
template <class D, class V>
HWY_INLINE void words(D, V from_start, float slope, float offset, std::uint8_t* shades) {
  const hn::RepartitionToWide<D> dw;
  const hn::RebindToSigned<decltype(dw)> di;
  const hn::RebindToSigned<D> ds;
  const hn::RebindToFloat<decltype(di)> df;
  const auto distances = hn::BitCast(dw, from_start);
  const auto vslope = hn::Set(df, slope), voffset = hn::Set(df, offset);
  const auto even = line(hn::BitCast(di, hn::And(distances, hn::Set(dw, 0xFFFF))), vslope, voffset);
  const auto odd = line(hn::BitCast(di, hn::ShiftRight<16>(distances)), vslope, voffset);
  const auto both = hn::OddEven(hn::BitCast(ds, hn::ShiftLeft<16>(odd)), hn::BitCast(ds, even));
  const hn::Rebind<std::uint8_t, D> d8;
  hn::StoreU(hn::DemoteTo(d8, both), d8, shades);
}

// `flip` is 0x8000 where words are signed, 0x80 where bytes are: then they are unsigned and in the same order.
template <bool flips, bool reaches, typename T>
HWY_INLINE void integers(const T* values, std::size_t count, const IntegerLine& line, std::uint8_t* shades) {
  const hn::ScalableTag<std::uint16_t> d;
  const hn::Rebind<T, decltype(d)> dt;
  const std::size_t lanes = hn::Lanes(d);
  const auto flip = hn::Set(d, line.flip), start = hn::Set(d, line.start), reach = hn::Set(d, line.reach);
  HWY_ALIGN T in[hn::MaxLanes(d)] = {};
  HWY_ALIGN std::uint8_t out[hn::MaxLanes(d)];
  if (count < lanes) std::copy_n(values, count, in);
  for (std::size_t i = 0; i < count; i += lanes) {
    if (count >= lanes) i = std::min(i, count - lanes);  // the last vector overlaps
    auto value = hn::Zero(d);
    if constexpr (sizeof(T) == 1)
      value = hn::PromoteTo(d, hn::LoadU(dt, count < lanes ? in : values + i));
    else
      value = hn::LoadU(dt, count < lanes ? in : values + i);
    if (flips) value = hn::Xor(value, flip);
    auto distance = hn::SaturatedSub(value, start);
    if (reaches) distance = hn::Min(distance, reach);
    words(d, distance, line.slope, line.offset, count < lanes ? out : shades + i);
  }
  if (count < lanes) std::copy_n(out, count, shades);
}

template <typename T>
HWY_INLINE void integers(const T* values, std::size_t count, const IntegerLine& line, std::uint8_t* shades) {
  if (line.flip == 0 && line.reach == 0xFFFF)
    integers<false, false>(values, count, line, shades);
  else if (line.reach == 0xFFFF)
    integers<true, false>(values, count, line, shades);
  else
    integers<true, true>(values, count, line, shades);
}
void words_kernel(const std::uint16_t* values, std::size_t count, const IntegerLine& line,
                  std::uint8_t* shades) {
  integers(values, count, line, shades);
}
void bytes_kernel(const std::uint8_t* values, std::size_t count, const IntegerLine& line,
                  std::uint8_t* shades) {
  integers(values, count, line, shades);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(words_kernel);
HWY_EXPORT(bytes_kernel);

std::uint8_t Ramp::shade(double x) const {
  const double y = std::clamp((x - middle) / width + 0.5, 0.0, 1.0);
  return std::isnan(y) ? 0 : static_cast<std::uint8_t>(std::nearbyint((inverted ? 1 - y : y) * 255));
}

namespace {

template <typename T>
constexpr int lowest = std::numeric_limits<T>::min();
template <typename T>
constexpr int values_of = std::numeric_limits<T>::max() - lowest<T> + 1;

// The last value before and the first value behind every place where the shade changes.
template <typename T>
std::vector<T> sides_of(const Ramp& ramp) {
  constexpr int low = lowest<T>, high = std::numeric_limits<T>::max();
  std::vector<T> sides{static_cast<T>(low), static_cast<T>(high)};
  const int step = ramp.inverted ? -1 : 1;
  for (int change = 1; change <= 255; ++change) {
    const int shade = ramp.inverted ? 255 - change : change;
    const double guess = ramp.middle + ((change - 0.5) / 255 - 0.5) * ramp.width;
    int value = static_cast<int>(std::clamp(std::ceil(guess), low * 1.0, high * 1.0));
    const auto reached = [&](int x) { return step * (ramp.shade(x) - shade) >= 0; };
    while (value > low && reached(value - 1)) --value;
    while (value < high && !reached(value)) ++value;
    sides.push_back(static_cast<T>(value));
    sides.push_back(static_cast<T>(std::max(value - 1, low)));
  }
  return sides;
}

}  // namespace

template <typename T>
IntegerRamp<T>::IntegerRamp(const Ramp& ramp) {
  // Of values shifted to begin at 0: where the ramp leaves its first shade and reaches its last.
  const double middle = ramp.middle - lowest<T>, last = values_of<T> - 1;
  const double start = std::clamp(std::floor(middle - ramp.width / 2), 0.0, last);
  const double end = std::clamp(std::ceil(middle + ramp.width / 2), start, last);
  const double slope = (ramp.inverted ? -255 : 255) / ramp.width, before = start - middle;
  line_.flip = std::is_signed_v<T> ? -lowest<T> : 0;
  line_.start = static_cast<std::uint16_t>(start);
  // The kernel keeps 16 bits of what it rounds, which then saturates by itself.
  const auto fits = [&](double distance) { return std::abs((before + distance) * slope) < 30000; };
  line_.reach = static_cast<std::uint16_t>(fits(last - start) ? 0xFFFF : end - start);
  if (fits(0) && fits(end - start)) {
    const std::vector<T> sides = sides_of<T>(ramp);
    std::vector<std::uint8_t> shades(sides.size()), expected;
    for (const T value : sides) expected.push_back(ramp.shade(value));
    // On which side of exact ties the formula's own rounding comes out is matched by moving the line a little.
    for (const double turned : {0.0, 1e-7, -1e-7, 2e-7, -2e-7})
      for (const double moved : {0.0, 2e-5, -2e-5, 5e-5, -5e-5}) {
        line_.slope = static_cast<float>(slope * (1 + turned));
        line_.offset = static_cast<float>(127.5 + moved + before * line_.slope);
        (*this)(sides.data(), sides.size(), shades.data());
        if (shades == expected) return;
      }
  }
  for (int value = 0; value < values_of<T>; ++value) table_.push_back(ramp.shade(value + lowest<T>));
}

template <typename T>
void IntegerRamp<T>::operator()(const T* values, std::size_t count, std::uint8_t* shades) const {
  if (!table_.empty()) {
    for (std::size_t i = 0; i < count; ++i) shades[i] = table_[values[i] - lowest<T>];
  } else if constexpr (sizeof(T) == 1) {
    HWY_DYNAMIC_DISPATCH(bytes_kernel)(reinterpret_cast<const std::uint8_t*>(values), count, line_, shades);
  } else {
    HWY_DYNAMIC_DISPATCH(words_kernel)(reinterpret_cast<const std::uint16_t*>(values), count, line_, shades);
  }
}

template class IntegerRamp<std::uint8_t>;
template class IntegerRamp<std::int8_t>;
template class IntegerRamp<std::uint16_t>;
template class IntegerRamp<std::int16_t>;

}  // namespace radflow
#endif
