#include "nodes/imaging/simd/fits_mask.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/fits_mask.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

bool fits_mask_kernel(const std::uint16_t* numbers, std::size_t count, std::uint16_t added,
                      std::uint16_t mask) {
  constexpr std::size_t block = 4096;
  const hn::ScalableTag<std::uint16_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto offset = hn::Set(d, added), outside = hn::Set(d, static_cast<std::uint16_t>(~mask));
  std::size_t i = 0;
  while (i + 2 * lanes <= count) {
    const std::size_t end = std::min(i + block, count);
    auto even = hn::Zero(d), odd = hn::Zero(d);
    for (; i + 2 * lanes <= end; i += 2 * lanes) {
      even = hn::Or(even, hn::Add(hn::LoadU(d, numbers + i), offset));
      odd = hn::Or(odd, hn::Add(hn::LoadU(d, numbers + i + lanes), offset));
    }
    if (!hn::AllTrue(d, hn::Eq(hn::And(hn::Or(even, odd), outside), hn::Zero(d)))) return false;
  }
  unsigned rest = 0;
  for (; i < count; ++i) rest |= static_cast<std::uint16_t>(numbers[i] + added);
  return (rest & ~unsigned{mask}) == 0;
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(fits_mask_kernel);

bool fits_mask(const std::uint16_t* numbers, std::size_t count, std::uint16_t added, std::uint16_t mask) {
  return HWY_DYNAMIC_DISPATCH(fits_mask_kernel)(numbers, count, added, mask);
}

}  // namespace radflow
#endif
