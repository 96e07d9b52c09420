#include "nodes/imaging/simd/rounding.hpp"

#include <algorithm>
#include <cmath>

#ifndef RADFLOW_DOUBTFUL
#define RADFLOW_DOUBTFUL
namespace radflow {
namespace {

// Places that are doubtful, as many as there is room for: nothing is called within the loop, because GCC would then make each
// constant anew for every vector.
struct Doubtful {
  static constexpr std::size_t most = 256;
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

// Whole vectors, until there is no room for doubtful places; gives how many values they hold.
std::size_t round_kernel(const float* values, std::size_t count, float error, std::uint8_t* bytes,
                         Doubtful& doubtful) {
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  const auto sure = hn::Set(d, 0.5F - error), shift = hn::Set(d, magic), most = hn::Set(d, 255.0F);
  const auto each = hn::Iota(di, 0);
  std::size_t i = 0, size = 0;
  for (; i + lanes <= count && size + lanes <= Doubtful::most; i += lanes) {
    const auto value = hn::Min(hn::Max(hn::LoadU(d, values + i), hn::Zero(d)), most);
    const auto moved = hn::Add(value, shift);
    const auto apart = hn::Abs(hn::Sub(hn::Sub(moved, shift), value));
    hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, bytes + i);  // the last byte is the integer
    const auto near_tie = hn::Not(hn::Lt(apart, sure));
    if (HWY_UNLIKELY(!hn::AllFalse(d, near_tie))) {
      const auto places = hn::BitCast(du, hn::Add(each, hn::Set(di, static_cast<std::int32_t>(i))));
      size += hn::CompressStore(places, hn::RebindMask(du, near_tie), du, doubtful.places + size);
    }
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
  do {
    const std::size_t begin = i;
    i += HWY_DYNAMIC_DISPATCH(round_kernel)(values + i, count - i, error, bytes + i, found);
    for (std::size_t k = 0; k < found.size; ++k)
      doubtful.push_back(static_cast<std::uint32_t>(first + begin + found.places[k]));
  } while (found.size > Doubtful::most / 2);
  for (; i < count; ++i) {
    const float value = std::clamp(values[i], 0.0F, 255.0F), nearest = std::nearbyint(value);
    if (!(std::abs(nearest - value) < 0.5F - error))
      doubtful.push_back(static_cast<std::uint32_t>(first + i));
    bytes[i] = static_cast<std::uint8_t>(nearest);
  }
}

}  // namespace radflow
#endif
