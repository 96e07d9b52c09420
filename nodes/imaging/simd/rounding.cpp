#include "nodes/imaging/simd/rounding.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#ifndef RADFLOW_DOUBTFUL
#define RADFLOW_DOUBTFUL
namespace radflow {
namespace {

// Places that are doubtful, as many as there is room for: nothing is called within the loop, because GCC would then make each
// constant anew for every vector.
struct Doubtful {
  static constexpr std::size_t most = 1024;
  std::uint32_t places[most];
  std::size_t size = 0;
};

}  // namespace
}  // namespace radflow
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/rounding.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr float magic = 12582912.0F;  // 1.5 * 2^23: the sum's last bits are the integer, nearest even

using Floats = hn::ScalableTag<float>;
using Vector = hn::VFromD<Floats>;

HWY_INLINE Vector within_a_byte(const float* values) {
  const Floats d;
  return hn::Min(hn::Max(hn::LoadU(d, values), hn::Zero(d)), hn::Set(d, 255.0F));
}
// `moved` is the value with `magic` added.
HWY_INLINE Vector apart_from_integer(Vector moved, Vector value) {
  return hn::Abs(hn::Sub(hn::Sub(moved, hn::Set(Floats{}, magic)), value));
}

// A bit for each of 64 values that is near a tie.
HWY_INLINE std::uint64_t near_ties(const float* values, Vector sure) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::uint64_t all = 0;
  for (std::size_t k = 0; k < 64; k += lanes) {
    const auto value = within_a_byte(values + k);
    const auto apart = apart_from_integer(hn::Add(value, hn::Set(d, magic)), value);
    std::uint64_t bits = 0;
    hn::StoreMaskBits(d, hn::Ge(apart, sure), reinterpret_cast<std::uint8_t*>(&bits));
    all |= bits << k;
  }
  return all;
}

// Of at least 64 values those from `i` on, 64 at a time, until there is no room for doubtful places; gives where it stopped.
std::size_t round_kernel(const float* values, std::size_t count, std::size_t i, float error,
                         std::uint8_t* bytes, Doubtful& doubtful) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const std::size_t lanes = hn::Lanes(d);
  const auto sure = hn::Set(d, 0.5F - error), shift = hn::Set(d, magic);
  std::size_t size = 0;
  for (; i < count && size + 64 <= Doubtful::most; i += 64) {
    const std::size_t known = i - std::min(i, count - 64);  // the last 64 overlap those before them
    i -= known;
    auto farthest = hn::Zero(d);
    for (std::size_t k = 0; k < 64; k += lanes) {
      const auto value = within_a_byte(values + i + k), moved = hn::Add(value, shift);
      farthest = hn::Max(farthest, apart_from_integer(moved, value));
      // The last byte is the integer.
      hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, bytes + i + k);
    }
    if (HWY_LIKELY(hn::AllTrue(d, hn::Lt(farthest, sure)))) continue;
    for (std::uint64_t near = near_ties(values + i, sure) & ~std::uint64_t{0} << known; near != 0;
         near &= near - 1)
      doubtful.places[size++] = static_cast<std::uint32_t>(i + std::countr_zero(near));
  }
  doubtful.size = size;
  return i;
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(round_kernel);

void round_to_bytes(const float* values, std::size_t count, float error, std::uint8_t* bytes,
                    std::vector<std::uint32_t>& doubtful, std::size_t first) {
  Doubtful found;
  std::size_t i = 0;
  while (count >= 64 && i < count) {
    i = HWY_DYNAMIC_DISPATCH(round_kernel)(values, count, i, error, bytes, found);
    const std::size_t before = doubtful.size();
    doubtful.resize(before + found.size);
    for (std::size_t k = 0; k < found.size; ++k)
      doubtful[before + k] = static_cast<std::uint32_t>(first + found.places[k]);
  }
  for (; i < count; ++i) {
    const float value = std::clamp(values[i], 0.0F, 255.0F), nearest = std::nearbyint(value);
    if (!(std::abs(nearest - value) < 0.5F - error))
      doubtful.push_back(static_cast<std::uint32_t>(first + i));
    bytes[i] = static_cast<std::uint8_t>(nearest);
  }
}

}  // namespace radflow
#endif
