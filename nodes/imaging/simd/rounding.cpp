#include "nodes/imaging/simd/rounding.hpp"

#include <algorithm>
#include <cmath>

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

// Whole vectors; gives how many values they hold. Doubtful lanes are counted from `first`.
std::size_t round_kernel(const float* values, std::size_t count, float error, std::uint8_t* bytes,
                         std::size_t first, std::vector<std::uint32_t>& doubtful) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  const auto sure = hn::Set(d, 0.5F - error);
  HWY_ALIGN std::int32_t lanes_near_tie[hn::MaxLanes(d)];
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto value = hn::Min(hn::Max(hn::LoadU(d, values + i), hn::Set(d, -1.0F)), hn::Set(d, 256.0F));
    const auto moved = hn::Add(value, hn::Set(d, magic));
    const auto apart = hn::Abs(hn::Sub(hn::Sub(moved, hn::Set(d, magic)), value));
    const auto integers = hn::Sub(hn::BitCast(di, moved), hn::BitCast(di, hn::Set(d, magic)));
    hn::StoreU(hn::DemoteTo(d8, integers), d8, bytes + i);
    const auto near_tie = hn::Not(hn::Lt(apart, sure));
    if (HWY_UNLIKELY(!hn::AllFalse(d, near_tie))) {
      const std::size_t some =
          hn::CompressStore(hn::Iota(di, 0), hn::RebindMask(di, near_tie), di, lanes_near_tie);
      for (std::size_t k = 0; k < some; ++k)
        doubtful.push_back(static_cast<std::uint32_t>(first + i + lanes_near_tie[k]));
    }
  }
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
  std::size_t i = HWY_DYNAMIC_DISPATCH(round_kernel)(values, count, error, bytes, first, doubtful);
  for (; i < count; ++i) {
    const float value = std::clamp(values[i], -1.0F, 256.0F), nearest = std::nearbyint(value);
    if (!(std::abs(nearest - value) < 0.5F - error))
      doubtful.push_back(static_cast<std::uint32_t>(first + i));
    bytes[i] = static_cast<std::uint8_t>(std::clamp(nearest, 0.0F, 255.0F));
  }
}

}  // namespace radflow
#endif
