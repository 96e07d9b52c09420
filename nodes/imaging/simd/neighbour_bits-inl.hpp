// Signs of floats as patterns of eight neighbours, for two vectors at once. As Highway has it, this is included once
// for every target.
#if defined(RADFLOW_NEIGHBOUR_BITS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_NEIGHBOUR_BITS_INL
#undef RADFLOW_NEIGHBOUR_BITS_INL
#else
#define RADFLOW_NEIGHBOUR_BITS_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

#include "nodes/imaging/simd/load-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

using Words = hn::Repartition<std::uint16_t, Floats>;
using Bits = hn::VFromD<Words>;

// The bits of two vectors so far a place lower, and above them the signs.
HWY_INLINE Bits with_signs(Bits bits, Vector first, Vector second) {
  const Words d;
#if HWY_ARCH_X86
  const hn::RebindToSigned<Floats> di;
  const auto signs = hn::BitCast(
      d, hn::ReorderDemote2To(hn::RebindToSigned<Words>{}, hn::BitCast(di, first), hn::BitCast(di, second)));
#else
  const auto signs = hn::ConcatOdd(d, hn::BitCast(d, second), hn::BitCast(d, first));
#endif
  return hn::OrAnd(hn::ShiftRight<1>(bits), signs, hn::Set(d, 0x8000));
}

// Where there is no sign bits are set.
HWY_INLINE void store_patterns(Bits less, std::uint8_t* patterns) {
  const hn::Rebind<std::uint8_t, Words> d8;
  const auto words = hn::BitCast(hn::RebindToSigned<Words>{}, hn::ShiftRight<8>(hn::Not(less)));
  const auto bytes = hn::DemoteTo(d8, words);
#if HWY_ARCH_X86
  // Four columns of the first vector and four of the second one take turns.
  const hn::Repartition<std::uint32_t, decltype(d8)> d32;
  const auto fours = static_cast<std::uint32_t>(hn::Lanes(d32));
  const auto even = hn::Add(hn::Iota(d32, 0), hn::Iota(d32, 0));
  const auto odd = hn::Sub(even, hn::Set(d32, fours - 1));
  const auto order = hn::IndicesFromVec(d32, hn::Min(even, odd));
  hn::StoreU(hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d32, bytes), order)), d8, patterns);
#else
  hn::StoreU(bytes, d8, patterns);
#endif
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
