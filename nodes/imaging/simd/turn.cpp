#include "nodes/imaging/simd/turn.hpp"

#include <algorithm>
#include <cstring>

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
// At most 16 pixels have a start of their own in double and go on in fixed point, so that they are less than 5e-7 off.
using Floats = hn::CappedTag<float, 16>;
using Integers = hn::RebindToSigned<Floats>;
using Vector = hn::VFromD<Integers>;

constexpr double fixed_one = 1 << 24;

// What stands between the passes over a stretch of the line: passes, so that no vector is read while its parts are written.
struct Stretch {
  static constexpr std::size_t most = 256;  // a multiple of the lanes
  HWY_ALIGN float right[most], down[most];
  HWY_ALIGN float above[2 * most], below[2 * most];  // pairs: the left pixel and the right one
};

// Positions along one axis for a vector, from `start` in steps: the pixels before them are given, and how far they lie behind
// those is stored.
HWY_INLINE Vector places_along(double start, Vector steps, float* fractions) {
  const Floats d;
  const Integers di;
  const auto pixel = static_cast<std::int32_t>(start);
  const auto part = static_cast<std::int32_t>((start - pixel) * fixed_one);
  const auto fixed = hn::Add(steps, hn::Set(di, part));
  const auto behind = hn::ConvertTo(d, hn::And(fixed, hn::Set(di, (1 << 24) - 1)));
  hn::StoreU(hn::Mul(behind, hn::Set(d, static_cast<float>(1 / fixed_one))), d, fractions);
  return hn::Add(hn::ShiftRight<24>(fixed), hn::Set(di, pixel));
}

HWY_INLINE Vector steps_of(double step) {
  const Integers di;
  return hn::Mul(hn::Iota(di, 0),
                 hn::Set(di, static_cast<std::int32_t>(step * fixed_one + (step < 0 ? -0.5 : 0.5))));
}

HWY_INLINE void find_places(std::size_t stride, const OldLine& line, Vector steps_x, Vector steps_y,
                            std::size_t begin, std::size_t i, Stretch& stretch, std::int32_t* places) {
  const Integers di;
  const auto at = static_cast<double>(begin + i);
  const auto columns = places_along(line.x + at * line.dx, steps_x, stretch.right + i);
  const auto rows = places_along(line.y + at * line.dy, steps_y, stretch.down + i);
  hn::StoreU(hn::Add(hn::Mul(rows, hn::Set(di, static_cast<std::int32_t>(stride))), columns), di, places + i);
}

// False where one of its pixels is doubtful.
HWY_INLINE bool interpolate(const Stretch& stretch, std::size_t i, float* result) {
  const Floats d;
  auto above_left = hn::Undefined(d), above_right = hn::Undefined(d);
  auto below_left = hn::Undefined(d), below_right = hn::Undefined(d);
  hn::LoadInterleaved2(d, stretch.above + 2 * i, above_left, above_right);
  hn::LoadInterleaved2(d, stretch.below + 2 * i, below_left, below_right);
  const auto right = hn::LoadU(d, stretch.right + i), down = hn::LoadU(d, stretch.down + i);
  // By differences: where all four are equal the result is that value.
  const auto upper = hn::MulAdd(right, hn::Sub(above_right, above_left), above_left);
  const auto lower = hn::MulAdd(right, hn::Sub(below_right, below_left), below_left);
  hn::StoreU(hn::MulAdd(down, hn::Sub(lower, upper), upper), d, result + i);
  const auto one = hn::Set(d, 1.0F);
  const auto left = hn::Sub(one, right), up = hn::Sub(one, down);
  const auto least = hn::Min(hn::Min(left, right), hn::Min(up, down));
  return hn::AllTrue(d, hn::Gt(least, hn::Set(d, 1e-6F)));
}

void turn_kernel(const float* image, std::size_t stride, const OldLine& line, std::size_t count,
                 float* result, std::int32_t* places, std::vector<std::uint32_t>& doubtful) {
  const std::size_t lanes = hn::Lanes(Floats{});
  if (count < lanes) {  // so few that they may be doubtful all
    for (std::size_t i = 0; i < count; ++i) doubtful.push_back(static_cast<std::uint32_t>(i));
    return;
  }
  const auto steps_x = steps_of(line.dx), steps_y = steps_of(line.dy);
  Stretch stretch;
  for (std::size_t begin = 0; begin < count; begin += Stretch::most) {
    begin = std::min(begin, count - lanes);  // the last stretch and the last vector overlap
    const std::size_t some = std::min(Stretch::most, count - begin);
    for (std::size_t i = 0; i < some; i += lanes)
      find_places(stride, line, steps_x, steps_y, begin, std::min(i, some - lanes), stretch, places + begin);
    for (std::size_t i = 0; i < some; ++i) {
      const float* at = image + places[begin + i];
      std::memcpy(stretch.above + 2 * i, at, 2 * sizeof(float));
      std::memcpy(stretch.below + 2 * i, at + stride, 2 * sizeof(float));
      // Keeps GCC from putting vectors together of single pixels, which takes twice as long.
      asm volatile("");
    }
    for (std::size_t i = 0; i < some; i += lanes) {
      const std::size_t at = std::min(i, some - lanes);
      if (HWY_UNLIKELY(!interpolate(stretch, at, result + begin)))
        for (std::size_t k = 0; k < lanes; ++k)
          doubtful.push_back(static_cast<std::uint32_t>(begin + at + k));
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
