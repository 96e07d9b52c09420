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
// Anew for every target.
#include "nodes/imaging/simd/rounding-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

HWY_INLINE Vector within_a_byte(const float* values) {
  const Floats d;
  return hn::Min(hn::Max(load(values), hn::Zero(d)), hn::Set(d, 255.0F));
}

// Stores 64 values as bytes and gives a bit for each that is near a tie.
HWY_INLINE std::uint64_t near_ties(const float* values, Vector sure, std::uint8_t* bytes) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::uint64_t all = 0;
  for (std::size_t k = 0; k < 64; k += lanes)
    all |= bits_of(hn::Ge(store_rounded(within_a_byte(values + k), bytes + k), sure)) << k;
  return all;
}

// Of at least 64 values those from `i` on, 64 at a time, until there is no room for doubtful places; gives where it stopped.
std::size_t round_kernel(const float* values, std::size_t count, std::size_t i, float error,
                         std::uint8_t* bytes, Doubtful& doubtful) {
  const auto sure = hn::Set(Floats{}, 0.5F - error);
  std::size_t size = 0;
  for (; i < count && size + 64 <= Doubtful::most; i += 64) {
    const std::size_t known = i - std::min(i, count - 64);  // the last 64 overlap those before them
    i -= known;
    std::uint64_t near = near_ties(values + i, sure, bytes + i) & ~std::uint64_t{0} << known;
    if (HWY_LIKELY(near == 0)) continue;
    // Eight are stored at a time, because a loop as long as their number is often predicted wrongly; what is stored behind
    // `end` is not counted.
    const std::size_t end = size + std::popcount(near);
    for (; size < end; size += 8)
#pragma GCC unroll 8
      for (std::size_t k = 0; k < 8; ++k, near &= near - 1)
        doubtful.places[size + k] = static_cast<std::uint32_t>(i + std::countr_zero(near));
    size = end;
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
