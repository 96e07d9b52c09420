#include "nodes/imaging/simd/turn.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/turn.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
// At most 16 pixels have a start of their own and go on from it with 24 fractional bits, so that they are less than 5e-7 off.
#if HWY_HAVE_SCALABLE
using Floats = hn::CappedTag<float, 4>;
#else
using Floats = hn::CappedTag<float, 16>;
#endif
using Integers = hn::RebindToSigned<Floats>;
using Vector = hn::VFromD<Floats>;
using Positions = hn::VFromD<Integers>;

constexpr double step_one = 1 << 24, start_one = std::int64_t{1} << 32;
constexpr std::int32_t fraction_bits = (1 << 24) - 1;

// What stands between the two passes over a stretch of the line. They are two because processors wait where parts of a vector
// are read soon after it was stored, and places are.
struct Stretch {
  static constexpr std::size_t most = 512;  // a multiple of the lanes
  HWY_ALIGN float right[most], down[most];
};

// Positions along one axis, from the first pixel of a line, which has 32 fractional bits.
struct Axis {
  Axis(double first, double next)
      : start{static_cast<std::int64_t>(first * start_one)},
        step{static_cast<std::int64_t>(next * start_one)} {}
  std::int64_t at(std::size_t i) const { return start + static_cast<std::int64_t>(i) * step; }

  std::int64_t start, step;
};

HWY_INLINE Positions steps_of(double step) {
  const Integers di;
  return hn::Mul(hn::Iota(di, 0),
                 hn::Set(di, static_cast<std::int32_t>(step * step_one + (step < 0 ? -0.5 : 0.5))));
}
// Of a vector of pixels, less the whole pixels of `start`.
HWY_INLINE Positions positions(std::int64_t start, Positions steps) {
  const auto fraction = static_cast<std::int32_t>((start >> 8) & fraction_bits);
  return hn::Add(steps, hn::Set(Integers{}, fraction));
}
HWY_INLINE Vector fractions(Positions positions) {
  const Floats d;
  const auto bits = hn::And(positions, hn::Set(Integers{}, fraction_bits));
  return hn::Mul(hn::ConvertTo(d, bits), hn::Set(d, static_cast<float>(1 / step_one)));
}

HWY_INLINE void find_places(std::size_t stride, const OldLine& line, std::size_t begin, std::size_t count,
                            Stretch& stretch, std::int32_t* places) {
  const Floats d;
  const Integers di;
  const std::size_t lanes = hn::Lanes(d);
  const Axis x{line.x, line.dx}, y{line.y, line.dy};
  const auto steps_x = steps_of(line.dx), steps_y = steps_of(line.dy);
  const auto row = hn::Set(di, static_cast<std::int32_t>(stride));
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    const std::int64_t start_x = x.at(begin + i), start_y = y.at(begin + i);
    const auto columns = positions(start_x, steps_x), rows = positions(start_y, steps_y);
    const std::int64_t start = (start_y >> 32) * static_cast<std::int64_t>(stride) + (start_x >> 32);
    hn::StoreU(hn::Add(hn::Mul(hn::ShiftRight<24>(rows), row),
                       hn::Add(hn::ShiftRight<24>(columns), hn::Set(di, static_cast<std::int32_t>(start)))),
               di, places + i);
    hn::StoreU(fractions(columns), d, stretch.right + i);
    hn::StoreU(fractions(rows), d, stretch.down + i);
  }
}

// Of every fourth pixel the four around it, those above first: a block of the vector.
template <class D>
HWY_INLINE hn::VFromD<D> around(D d, const float* above, const float* below, const std::int32_t* places) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    const hn::Repartition<std::uint64_t, D> pairs;
    const hn::Half<decltype(pairs)> pair;
    return hn::BitCast(
        d, hn::Combine(pairs, hn::LoadU(pair, reinterpret_cast<const std::uint64_t*>(below + *places)),
                       hn::LoadU(pair, reinterpret_cast<const std::uint64_t*>(above + *places))));
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, around(half, above, below, places + hn::Lanes(half)),
                       around(half, above, below, places));
  }
}

// False where one of its pixels is doubtful.
HWY_INLINE bool interpolate(const float* above, const float* below, const std::int32_t* places, Vector right,
                            Vector down, float* result) {
  const Floats d;
  const hn::Repartition<std::uint64_t, Floats> pairs;
  const auto first = around(d, above, below, places), second = around(d, above, below, places + 1),
             third = around(d, above, below, places + 2), fourth = around(d, above, below, places + 3);
  const auto above_12 = hn::BitCast(pairs, hn::InterleaveLower(d, first, second)),
             below_12 = hn::BitCast(pairs, hn::InterleaveUpper(d, first, second)),
             above_34 = hn::BitCast(pairs, hn::InterleaveLower(d, third, fourth)),
             below_34 = hn::BitCast(pairs, hn::InterleaveUpper(d, third, fourth));
  const auto above_left = hn::BitCast(d, hn::InterleaveLower(pairs, above_12, above_34)),
             above_right = hn::BitCast(d, hn::InterleaveUpper(pairs, above_12, above_34)),
             below_left = hn::BitCast(d, hn::InterleaveLower(pairs, below_12, below_34)),
             below_right = hn::BitCast(d, hn::InterleaveUpper(pairs, below_12, below_34));
  // By differences: where all four are equal the result is that value.
  const auto upper = hn::MulAdd(right, hn::Sub(above_right, above_left), above_left);
  const auto lower = hn::MulAdd(right, hn::Sub(below_right, below_left), below_left);
  const auto value = hn::MulAdd(down, hn::Sub(lower, upper), upper);
  hn::StoreU(value, d, result);
  const auto one = hn::Set(d, 1.0F);
  const auto left = hn::Sub(one, right), up = hn::Sub(one, down);
  const auto least = hn::Min(hn::Min(left, right), hn::Min(up, down));
  // The product with 0 is NaN where the value is not finite.
  return hn::AllTrue(d, hn::Gt(hn::MulAdd(value, hn::Zero(d), least), hn::Set(d, 1e-6F)));
}

void turn_kernel(const float* image, std::size_t stride, const OldLine& line, std::size_t count,
                 float* result, std::int32_t* places, std::vector<std::uint32_t>& doubtful) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {  // so few that they may be doubtful all
    for (std::size_t i = 0; i < count; ++i) doubtful.push_back(static_cast<std::uint32_t>(i));
    return;
  }
  Stretch stretch;
  for (std::size_t begin = 0; begin < count; begin += Stretch::most) {
    begin = std::min(begin, count - lanes);  // the last stretch and the last vector overlap
    const std::size_t some = std::min(Stretch::most, count - begin);
    find_places(stride, line, begin, some, stretch, places + begin);
    for (std::size_t i = 0; i < some; i += lanes) {
      i = std::min(i, some - lanes);
      if (HWY_UNLIKELY(!interpolate(image, image + stride, places + begin + i,
                                    hn::LoadU(d, stretch.right + i), hn::LoadU(d, stretch.down + i),
                                    result + begin + i)))
        for (std::size_t k = 0; k < lanes; ++k) doubtful.push_back(static_cast<std::uint32_t>(begin + i + k));
    }
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(turn_kernel);

void turn_line(const float* image, std::size_t stride, const OldLine& line, std::size_t count, float* result,
               std::int32_t* places, std::vector<std::uint32_t>& doubtful) {
  HWY_DYNAMIC_DISPATCH(turn_kernel)(image, stride, line, count, result, places, doubtful);
}

}  // namespace radflow
#endif
