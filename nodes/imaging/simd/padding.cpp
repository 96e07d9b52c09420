#include "nodes/imaging/simd/padding.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/padding.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// Anew for every target.
#include "nodes/imaging/simd/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// Which of a vector of pixels count.
HWY_INLINE auto counting(const std::uint8_t* valid) {
  const Floats d;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::Rebind<std::int32_t, Floats> di;
  return hn::RebindMask(d, hn::Ne(hn::PromoteTo(di, hn::LoadU(d8, valid)), hn::Zero(di)));
}

template <typename T>
HWY_INLINE void normalise(float* result, const float* share, const std::uint8_t* valid, const T* original,
                          std::size_t count) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto part = hn::LoadU(d, share + i);
    const auto counts = counting(valid + i), untouched = hn::Gt(part, hn::Set(d, 255 * (1 - 5e-7F)));
    if (HWY_LIKELY(hn::AllTrue(d, hn::And(untouched, counts)))) continue;
    const auto whole = hn::Div(hn::Mul(hn::LoadU(d, result + i), hn::Set(d, 255.0F)), part);
    hn::StoreU(hn::IfThenElse(counts, whole, load(original + i)), d, result + i);
  }
  for (; i < count; ++i)
    result[i] = valid[i] != 0 ? result[i] * 255 / share[i] : static_cast<float>(original[i]);
}
void normalise_floats_kernel(float* result, const float* share, const std::uint8_t* valid,
                             const float* original, std::size_t count) {
  normalise(result, share, valid, original, count);
}
void normalise_bytes_kernel(float* result, const float* share, const std::uint8_t* valid,
                            const std::uint8_t* original, std::size_t count) {
  normalise(result, share, valid, original, count);
}

void copy_valid_floats_kernel(const float* from, const std::uint8_t* valid, std::size_t count, float* to) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::IfThenElseZero(counting(valid + i), hn::LoadU(d, from + i)), d, to + i);
  for (; i < count; ++i) to[i] = valid[i] != 0 ? from[i] : 0;
}
void copy_valid_bytes_kernel(const std::uint8_t* from, const std::uint8_t* valid, std::size_t count,
                             std::uint8_t* to) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto is_padding = hn::Eq(hn::LoadU(d, valid + i), hn::Zero(d));
    hn::StoreU(hn::IfThenZeroElse(is_padding, hn::LoadU(d, from + i)), d, to + i);
  }
  for (; i < count; ++i) to[i] = valid[i] != 0 ? from[i] : 0;
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(copy_valid_floats_kernel);
HWY_EXPORT(copy_valid_bytes_kernel);
HWY_EXPORT(normalise_floats_kernel);
HWY_EXPORT(normalise_bytes_kernel);

void copy_valid(const float* from, const std::uint8_t* valid, std::size_t count, float* to) {
  HWY_DYNAMIC_DISPATCH(copy_valid_floats_kernel)(from, valid, count, to);
}
void copy_valid(const std::uint8_t* from, const std::uint8_t* valid, std::size_t count, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(copy_valid_bytes_kernel)(from, valid, count, to);
}

void normalise_blurred(float* result, const float* share, const std::uint8_t* valid, const float* original,
                       std::size_t count) {
  HWY_DYNAMIC_DISPATCH(normalise_floats_kernel)(result, share, valid, original, count);
}
void normalise_blurred(float* result, const float* share, const std::uint8_t* valid,
                       const std::uint8_t* original, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(normalise_bytes_kernel)(result, share, valid, original, count);
}

}  // namespace radflow
#endif
