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

// Of at least 64 values those from `i` on, 64 at a time, until there is no room for doubtful places; gives where it stopped.
// Which ones are doubtful is kept as bits, so that only a loop over those depends on the values.
std::size_t round_kernel(const float* values, std::size_t count, std::size_t i, float error,
                         std::uint8_t* bytes, Doubtful& doubtful) {
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  const auto sure = hn::Set(d, 0.5F - error), shift = hn::Set(d, magic), most = hn::Set(d, 255.0F);
  std::size_t size = 0;
  for (; i < count && size + 64 <= Doubtful::most; i += 64) {
    const std::size_t known = i - std::min(i, count - 64);  // the last 64 overlap those before them
    i -= known;
    std::uint64_t near_ties = 0;
    for (std::size_t k = 0; k < 64; k += lanes) {
      const auto value = hn::Min(hn::Max(hn::LoadU(d, values + i + k), hn::Zero(d)), most);
      const auto moved = hn::Add(value, shift);
      const auto apart = hn::Abs(hn::Sub(hn::Sub(moved, shift), value));
      // The last byte is the integer.
      hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, bytes + i + k);
      std::uint64_t bits = 0;
      hn::StoreMaskBits(d, hn::Not(hn::Lt(apart, sure)), reinterpret_cast<std::uint8_t*>(&bits));
      near_ties |= bits << k;
    }
    for (near_ties &= ~std::uint64_t{0} << known; near_ties != 0; near_ties &= near_ties - 1)
      doubtful.places[size++] = static_cast<std::uint32_t>(i + std::countr_zero(near_ties));
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
