#include "nodes/imaging/simd/float_neighbours.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/float_neighbours.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// Anew for every target.
#include "nodes/imaging/simd/load-inl.hpp"
#include "nodes/imaging/simd/neighbour_bits-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// The ratio w / (1 - w) in two parts for products with differences of integers, of which each is at most 2^15. The first
// product has 24 bits and is exact, as is its sum with other such differences where that is near 0. What is not a tie is at
// least 1 / 29289 from 0, because the ratio is 70711 / 29289 in lowest terms; the second product is off by 2^-23 * 7.
constexpr float ratio_begin = 309.0F / 128;
constexpr auto ratio_rest = static_cast<float>(70711.0 / 29289.0 - 309.0 / 128);

constexpr float most_integer = 0x1p14F;
constexpr std::int32_t infinity = 0x7F800000;  // its bits
constexpr float magic = 12582912.0F;           // 1.5 * 2^23: sums with it are integers

CopiedRow copy_kernel(const float* from, std::size_t count, float* to) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const hn::RebindToSigned<Floats> di;
  auto most = hn::Zero(di);  // the bits of the largest; what is not finite is above all others
  auto changes = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto x = hn::Add(hn::LoadU(d, from + i), hn::Zero(d));
    most = hn::Max(most, hn::BitCast(di, hn::Abs(x)));
    const auto rounded = hn::Sub(hn::Add(x, hn::Set(d, magic)), hn::Set(d, magic));
    changes = hn::Or(changes, hn::Xor(rounded, x));
    hn::StoreU(x, d, to + i);
  }
  std::int32_t largest = hn::GetLane(hn::MaxOfLanes(di, most));
  bool integers = hn::AllTrue(di, hn::Eq(hn::BitCast(di, changes), hn::Zero(di)));
  for (; i < count; ++i) {
    to[i] = from[i] + 0.0F;
    largest = std::max(largest, std::bit_cast<std::int32_t>(to[i]) & 0x7FFFFFFF);
    integers = integers && (to[i] + magic) - magic == to[i];
  }
  const auto size = std::bit_cast<float>(std::min(largest, infinity));
  return {size, integers && size <= most_integer};
}

// Of a row, those included that its end makes overlap.
constexpr std::size_t most_vectors(std::size_t count, std::size_t lanes) { return count / lanes + 2; }
// Of so many vectors more are better left to doubles with the whole row.
HWY_INLINE std::size_t most_doubtful(std::size_t count, std::size_t lanes) {
  return std::min(count / (4 * lanes) + 4, most_vectors(count, lanes));
}

// Of differences from the centre: what lies on both sides of the diagonal and what lies on it. The interpolated value less the
// centre, divided by w (1 - w), with w = 0.70711. Of integers it is 0 only where it is a tie, and of the right sign elsewhere.
template <bool integers>
HWY_INLINE Vector beyond_centre(Vector beside, Vector diagonal) {
  const Floats d;
  if (!integers) return hn::MulAdd(diagonal, hn::Set(d, 0.70711F / 0.29289F), beside);
  const auto most = hn::MulAdd(diagonal, hn::Set(d, ratio_begin), beside);
  return hn::MulAdd(diagonal, hn::Set(d, ratio_rest), most);
}

// Where one of the two neighbours on a side is a tie, though the pixel between them differs from the centre. No product of
// others is so small that it becomes 0.
HWY_INLINE auto uneven_tie(Vector upper, Vector lower, Vector side) {
  const auto zero = hn::Zero(Floats{});
  return hn::AndNot(hn::Eq(side, zero), hn::Eq(hn::Mul(upper, lower), zero));
}

// Where a neighbour is unsure, though not all four pixels around it are equal. In doubles it would be the centre then.
HWY_INLINE auto uneven_and_unsure(Vector at, const float* beside, const float* between, const float* corner,
                                  Vector unsure) {
  const Floats d;
  const auto side = hn::Sub(hn::LoadU(d, beside), at), middle = hn::Sub(hn::LoadU(d, between), at),
             diagonal = hn::Sub(hn::LoadU(d, corner), at);
  const auto near = hn::Lt(hn::Abs(beyond_centre<false>(hn::Add(middle, side), diagonal)), unsure);
  return hn::AndNot(hn::Eq(hn::Or(hn::Or(side, middle), diagonal), hn::Zero(d)), near);
}

// Keeps the columns of vectors that are unsure where they are not flat. False if more than `many` are.
HWY_NOINLINE bool keep_uneven(const float* above, const float* centre, const float* below, float unsure,
                              std::size_t many, std::uint32_t* doubtful, std::size_t& number) {
  const Floats d;
  const auto sure = hn::Set(d, unsure);
  std::size_t kept = 0;
  for (std::size_t k = 0; k < number; ++k) {
    const std::uint32_t i = doubtful[k];
    const float *upper = above + i, *here = centre + i, *lower = below + i;
    const auto at = hn::LoadU(d, here);
    const auto upper_two = hn::Or(uneven_and_unsure(at, here + 1, upper, upper + 1, sure),
                                  uneven_and_unsure(at, here - 1, upper, upper - 1, sure));
    const auto lower_two = hn::Or(uneven_and_unsure(at, here - 1, lower, lower - 1, sure),
                                  uneven_and_unsure(at, here + 1, lower, lower + 1, sure));
    if (hn::AllFalse(d, hn::Or(upper_two, lower_two))) continue;
    if (kept == many) return false;
    doubtful[kept++] = i;
  }
  number = kept;
  return true;
}

template <bool integers>
HWY_INLINE Vector corner(const float* from, Vector at, Vector beside, Vector between) {
  return beyond_centre<integers>(hn::Add(beside, between), hn::Sub(hn::LoadU(Floats{}, from), at));
}

HWY_INLINE Vector least(Vector a, Vector b, Vector c, Vector d) {
  return hn::Min(hn::Min(hn::Abs(a), hn::Abs(b)), hn::Min(hn::Abs(c), hn::Abs(d)));
}

// Two vectors at once. Nothing is called within the loop: GCC would then make each constant anew for every vector.
template <bool integers>
HWY_INLINE bool in_float(const float* above, const float* centre, const float* below, float unsure,
                         std::size_t count, std::uint8_t* patterns, std::uint32_t* doubtful,
                         std::size_t& number) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t many = integers ? most_doubtful(count, lanes) : most_vectors(count, lanes);
  std::size_t found = 0;
  const auto sure = hn::Set(d, unsure);
  for (std::size_t i = 0; i < count; i += 2 * lanes) {
    i = std::min(i, count - 2 * lanes);
    const float *upper = above + i, *here = centre + i, *lower = below + i;
    const float *upper_2 = upper + lanes, *here_2 = here + lanes, *lower_2 = lower + lanes;
    const auto at = hn::LoadU(d, here), at_2 = hn::LoadU(d, here_2);
    const auto right = hn::Sub(hn::LoadU(d, here + 1), at), right_2 = hn::Sub(hn::LoadU(d, here_2 + 1), at_2);
    auto less = with_signs(hn::Zero(Words{}), right, right_2);
    const auto up = hn::Sub(hn::LoadU(d, upper), at), up_2 = hn::Sub(hn::LoadU(d, upper_2), at_2);
    const auto up_right = corner<integers>(upper + 1, at, up, right),
               up_right_2 = corner<integers>(upper_2 + 1, at_2, up_2, right_2);
    less = with_signs(less, up_right, up_right_2);
    less = with_signs(less, up, up_2);
    const auto left = hn::Sub(hn::LoadU(d, here - 1), at), left_2 = hn::Sub(hn::LoadU(d, here_2 - 1), at_2);
    const auto up_left = corner<integers>(upper - 1, at, up, left),
               up_left_2 = corner<integers>(upper_2 - 1, at_2, up_2, left_2);
    less = with_signs(less, up_left, up_left_2);
    less = with_signs(less, left, left_2);
    const auto down = hn::Sub(hn::LoadU(d, lower), at), down_2 = hn::Sub(hn::LoadU(d, lower_2), at_2);
    const auto down_left = corner<integers>(lower - 1, at, down, left),
               down_left_2 = corner<integers>(lower_2 - 1, at_2, down_2, left_2);
    less = with_signs(less, down_left, down_left_2);
    less = with_signs(less, down, down_2);
    const auto down_right = corner<integers>(lower + 1, at, down, right),
               down_right_2 = corner<integers>(lower_2 + 1, at_2, down_2, right_2);
    less = with_signs(less, down_right, down_right_2);
    store_patterns(less, patterns + i);
    bool doubt, doubt_2;
    if (integers) {
      doubt = !hn::AllFalse(
          d, hn::Or(uneven_tie(up_right, down_right, right), uneven_tie(up_left, down_left, left)));
      doubt_2 = !hn::AllFalse(d, hn::Or(uneven_tie(up_right_2, down_right_2, right_2),
                                        uneven_tie(up_left_2, down_left_2, left_2)));
    } else {
      doubt = !hn::AllTrue(d, hn::Ge(least(up_right, up_left, down_left, down_right), sure));
      doubt_2 = !hn::AllTrue(d, hn::Ge(least(up_right_2, up_left_2, down_left_2, down_right_2), sure));
    }
    if (HWY_UNLIKELY(doubt)) {
      if (found == many) return false;
      doubtful[found++] = static_cast<std::uint32_t>(i);
    }
    if (HWY_UNLIKELY(doubt_2)) {
      if (found == many) return false;
      doubtful[found++] = static_cast<std::uint32_t>(i + lanes);
    }
  }
  number = found;
  return true;
}

bool in_float_kernel(const float* above, const float* centre, const float* below, float unsure,
                     std::size_t count, std::uint8_t* patterns, std::uint32_t* doubtful,
                     std::size_t& number) {
  in_float<false>(above, centre, below, unsure, count, patterns, doubtful, number);
  return keep_uneven(above, centre, below, unsure, most_doubtful(count, hn::Lanes(Floats{})), doubtful,
                     number);
}
bool integers_kernel(const float* above, const float* centre, const float* below, std::size_t count,
                     std::uint8_t* patterns, std::uint32_t* doubtful, std::size_t& number) {
  return in_float<true>(above, centre, below, 0, count, patterns, doubtful, number);
}

std::size_t lanes_kernel() { return hn::Lanes(Floats{}); }

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(copy_kernel);
HWY_EXPORT(in_float_kernel);
HWY_EXPORT(integers_kernel);
HWY_EXPORT(lanes_kernel);

std::size_t float_neighbour_lanes() { return HWY_DYNAMIC_DISPATCH(lanes_kernel)(); }

CopiedRow copy_pixels(const float* from, std::size_t count, float* to) {
  return HWY_DYNAMIC_DISPATCH(copy_kernel)(from, count, to);
}

bool float_neighbour_patterns_in_float(const float* above, const float* centre, const float* below,
                                       float unsure, std::size_t count, std::uint8_t* patterns,
                                       std::vector<std::uint32_t>& doubtful) {
  doubtful.resize(count / float_neighbour_lanes() + 2);
  std::size_t number = 0;
  const bool done = HWY_DYNAMIC_DISPATCH(in_float_kernel)(above, centre, below, unsure, count, patterns,
                                                          doubtful.data(), number);
  doubtful.resize(number);
  return done;
}

bool integer_neighbour_patterns(const float* above, const float* centre, const float* below,
                                std::size_t count, std::uint8_t* patterns,
                                std::vector<std::uint32_t>& doubtful) {
  doubtful.resize(count / float_neighbour_lanes() + 2);
  std::size_t number = 0;
  const bool done =
      HWY_DYNAMIC_DISPATCH(integers_kernel)(above, centre, below, count, patterns, doubtful.data(), number);
  doubtful.resize(number);
  return done;
}

}  // namespace radflow
#endif
