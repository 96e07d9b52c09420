#include "nodes/imaging/simd/float_bytes.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/float_bytes.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr float magic = 8388608.0F;  // 2^23: the sum's last bits are the integer

bool bytes_kernel(const float* values, std::size_t count, std::uint8_t* bytes) {
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN float in[hn::MaxLanes(d)] = {};
    HWY_ALIGN std::uint8_t out[hn::MaxLanes(d)];
    std::copy_n(values, count, in);
    const bool all = bytes_kernel(in, lanes, out);
    std::copy_n(out, count, bytes);
    return all;
  }
  auto all = hn::Eq(hn::Zero(d), hn::Zero(d));
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    const auto x = hn::LoadU(d, values + i);
    const auto moved = hn::Add(hn::Min(hn::Max(x, hn::Zero(d)), hn::Set(d, 255.0F)), hn::Set(d, magic));
    all = hn::And(all, hn::Eq(hn::Sub(moved, hn::Set(d, magic)), x));
    hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, bytes + i);
  }
  return hn::AllTrue(d, all);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(bytes_kernel);

bool bytes_of_floats(const float* values, std::size_t count, std::uint8_t* bytes) {
  return HWY_DYNAMIC_DISPATCH(bytes_kernel)(values, count, bytes);
}

}  // namespace radflow
#endif
