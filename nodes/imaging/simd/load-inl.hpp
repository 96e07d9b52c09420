// Pixels of floats or bytes as a vector of floats. As Highway has it, this is included once for every target.
#if defined(RADFLOW_LOAD_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_LOAD_INL
#undef RADFLOW_LOAD_INL
#else
#define RADFLOW_LOAD_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::VFromD<Floats>;

HWY_INLINE Vector load(const float* from) { return hn::LoadU(Floats{}, from); }
HWY_INLINE Vector load(const std::uint8_t* from) {
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::Rebind<std::int32_t, Floats> di;
  return hn::ConvertTo(Floats{}, hn::PromoteTo(di, hn::LoadU(d8, from)));
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
