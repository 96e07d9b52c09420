// Floats to the nearest bytes. As Highway has it, this is included once for every target.
#if defined(RADFLOW_ROUNDING_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_ROUNDING_INL
#undef RADFLOW_ROUNDING_INL
#else
#define RADFLOW_ROUNDING_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

#include "nodes/imaging/simd/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// Stores the integers nearest to values between 0 and 255, even ones at ties, and gives how far they are from the values.
HWY_INLINE Vector store_rounded(Vector values, std::uint8_t* to) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const hn::Rebind<std::uint8_t, Floats> d8;
  // 1.5 * 2^23: the last byte of a sum with it is the nearest integer.
  const auto magic = hn::Set(d, 12582912.0F);
  const auto moved = hn::Add(values, magic);
  hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, to);
  return hn::Abs(hn::Sub(hn::Sub(moved, magic), values));
}

// A bit for each lane, the first one lowest.
template <typename Mask>
HWY_INLINE std::uint64_t bits_of(Mask mask) {
  std::uint64_t bits = 0;
  hn::StoreMaskBits(Floats{}, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
