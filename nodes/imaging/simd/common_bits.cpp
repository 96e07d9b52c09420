#include "nodes/imaging/simd/common_bits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/common_bits.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void common_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width,
                   std::uint8_t* common) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= width; i += lanes) {
    auto bits = hn::LoadU(d, rows[0] + i);
    for (std::size_t row = 1; row < height; ++row) bits = hn::And(bits, hn::LoadU(d, rows[row] + i));
    hn::StoreU(bits, d, common + i);
  }
  for (; i < width; ++i) {
    common[i] = rows[0][i];
    for (std::size_t row = 1; row < height; ++row) common[i] &= rows[row][i];
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(common_kernel);

void common_bits(const std::uint8_t* const* rows, std::size_t height, std::size_t width,
                 std::uint8_t* common) {
  HWY_DYNAMIC_DISPATCH(common_kernel)(rows, height, width, common);
}

}  // namespace radflow
#endif
