// What blur.cpp is made of besides: sums down and along, and where they go. As Highway has it, every
// target includes this once.
#if defined(RADFLOW_BLUR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_BLUR_INL
#undef RADFLOW_BLUR_INL
#else
#define RADFLOW_BLUR_INL
#endif

#include <algorithm>
#include <bit>
#include <cstdint>

#include <hwy/highway.h>

#include "nodes/imaging/simd/load-inl.hpp"
#include "nodes/imaging/simd/rounding-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// Four new rows of a vector of columns: each old row is read once for all of them. With a radius that is known here (not 0)
// the loop is unrolled.
template <std::size_t fixed, typename T>
HWY_INLINE void down_four(const T* const* rows, std::size_t column, const float* half, std::size_t any_radius,
                          float* out, std::size_t stride) {
  const Floats d;
  const std::size_t radius = fixed > 0 ? fixed : any_radius;
  const T* const* centre = rows + radius;
  const auto whole = hn::Set(d, half[0]);
  auto a = hn::Mul(load(centre[0] + column), whole), b = hn::Mul(load(centre[1] + column), whole);
  auto c = hn::Mul(load(centre[2] + column), whole), e = hn::Mul(load(centre[3] + column), whole);
#pragma GCC unroll 20
  for (std::size_t k = 1; k <= radius; ++k) {
    const auto weight = hn::Set(d, half[k]);
    const T *const *above = centre - k, *const *below = centre + k;
    a = hn::MulAdd(hn::Add(load(above[0] + column), load(below[0] + column)), weight, a);
    b = hn::MulAdd(hn::Add(load(above[1] + column), load(below[1] + column)), weight, b);
    c = hn::MulAdd(hn::Add(load(above[2] + column), load(below[2] + column)), weight, c);
    e = hn::MulAdd(hn::Add(load(above[3] + column), load(below[3] + column)), weight, e);
  }
  hn::StoreU(a, d, out);
  hn::StoreU(b, d, out + stride);
  hn::StoreU(c, d, out + 2 * stride);
  hn::StoreU(e, d, out + 3 * stride);
}

template <typename T>
HWY_INLINE void down_one(const T* const* rows, std::size_t column, const float* half, std::size_t radius,
                         float* out) {
  const Floats d;
  const T* const* centre = rows + radius;
  auto sum = hn::Mul(load(*centre + column), hn::Set(d, half[0]));
  for (std::size_t k = 1; k <= radius; ++k)
    sum =
        hn::MulAdd(hn::Add(load(*(centre - k) + column), load(centre[k] + column)), hn::Set(d, half[k]), sum);
  hn::StoreU(sum, d, out);
}

// The four columns from `bytes` / 4 behind those of `before`, in each block of 128 bits.
template <int bytes>
HWY_INLINE Vector behind(Vector after, Vector before) {
  return hn::CombineShiftRightBytes<bytes>(Floats{}, after, before);
}

// One vector of new columns. `at` has `radius` columns before it and behind it, rounded up to a multiple of 4. Only every
// fourth column is loaded, because most of these loads cross a line of the cache; the columns between are put together.
template <std::size_t fixed>
HWY_INLINE Vector sum_along(const float* at, const float* half, std::size_t any_radius) {
  const Floats d;
  const std::size_t radius = fixed > 0 ? fixed : any_radius;
  auto left = load(at), right = left;
  auto sum = hn::Mul(left, hn::Set(d, half[0]));
#pragma GCC unroll 4
  for (std::size_t k = 1; k <= radius; k += 4) {
    const auto next_left = load(at - k - 3), next_right = load(at + k + 3);
    sum = hn::MulAdd(hn::Add(behind<12>(left, next_left), behind<4>(next_right, right)), hn::Set(d, half[k]),
                     sum);
    if (k + 1 <= radius)
      sum = hn::MulAdd(hn::Add(behind<8>(left, next_left), behind<8>(next_right, right)),
                       hn::Set(d, half[k + 1]), sum);
    if (k + 2 <= radius)
      sum = hn::MulAdd(hn::Add(behind<4>(left, next_left), behind<12>(next_right, right)),
                       hn::Set(d, half[k + 2]), sum);
    if (k + 3 <= radius) sum = hn::MulAdd(hn::Add(next_left, next_right), hn::Set(d, half[k + 3]), sum);
    left = next_left;
    right = next_right;
  }
  return sum;
}

// Takes rows of sums, as floats.
struct ToFloats {
  template <std::size_t fixed>
  HWY_INLINE void row(const float* line, std::size_t width, const float* half, std::size_t radius) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + 2 * lanes <= width; i += 2 * lanes) {
      const auto first = sum_along<fixed>(line + i, half, radius);
      const auto second = sum_along<fixed>(line + i + lanes, half, radius);
      hn::StoreU(first, d, out + i);
      hn::StoreU(second, d, out + i + lanes);
    }
    for (; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      hn::StoreU(sum_along<fixed>(line + i, half, radius), d, out + i);
    }
    out += stride;
  }
  bool has_room_for(std::size_t) const { return true; }

  float* out;
  std::size_t stride;
};

// Takes rows of sums, rounded to nearest even, and notes which ones are near a tie. Sums of bytes with weights that are 1
// together need no saturation.
struct ToBytes {
  template <std::size_t fixed>
  HWY_INLINE void row(const float* line, std::size_t width, const float* half, std::size_t radius) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const auto sure = hn::Set(d, 0.5F - error);
    std::size_t i = 0;
    for (; i + 4 * lanes <= width; i += 4 * lanes) {
      const auto a = store_rounded(sum_along<fixed>(line + i, half, radius), out + i);
      const auto b = store_rounded(sum_along<fixed>(line + i + lanes, half, radius), out + i + lanes);
      const auto c = store_rounded(sum_along<fixed>(line + i + 2 * lanes, half, radius), out + i + 2 * lanes);
      const auto e = store_rounded(sum_along<fixed>(line + i + 3 * lanes, half, radius), out + i + 3 * lanes);
      if (HWY_LIKELY(hn::AllTrue(d, hn::Lt(hn::Max(hn::Max(a, b), hn::Max(c, e)), sure)))) continue;
      note(hn::Ge(a, sure), i);
      note(hn::Ge(b, sure), i + lanes);
      note(hn::Ge(c, sure), i + 2 * lanes);
      note(hn::Ge(e, sure), i + 3 * lanes);
    }
    for (; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      note(hn::Ge(store_rounded(sum_along<fixed>(line + i, half, radius), out + i), sure), i);
    }
    out += width;
    place += width;
  }
  // All pixels of four rows may be near a tie, and the last vector of a row shares pixels with the one before it.
  bool has_room_for(std::size_t width) const { return noted + 4 * (width + hn::Lanes(Floats{})) <= most; }

  template <typename Mask>
  HWY_INLINE void note(Mask near_tie, std::size_t i) {
    for (std::uint64_t bits = bits_of(near_tie); bits != 0; bits &= bits - 1)
      places[noted++] = static_cast<std::uint32_t>(place + i + std::countr_zero(bits));
  }

  std::uint8_t* out;
  float error;
  std::uint32_t* places;
  std::size_t most;  // places there is room for
  std::size_t noted = 0;
  std::size_t place = 0;  // where the row's first pixel stands
};

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
