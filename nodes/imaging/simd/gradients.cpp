#include "nodes/imaging/simd/gradients.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/gradients.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Doubles = hn::Repartition<double, Floats>;
using Signed = hn::RebindToSigned<Floats>;
using Vector = hn::VFromD<Floats>;

// Squares of lengths whose coordinates are normal numbers in float, where it matters what they are.
constexpr double least_square = 1e-70, most_square = 1e70;

// A vector of doubles, and of floats as many of them as two vectors hold.
HWY_INLINE Vector in_float(hn::VFromD<Doubles> first, hn::VFromD<Doubles> second) {
  const hn::Half<Floats> half;
  return hn::Combine(Floats{}, hn::DemoteTo(half, second), hn::DemoteTo(half, first));
}
HWY_INLINE Vector in_float(const double* from) {
  const Doubles d;
  return in_float(hn::LoadU(d, from), hn::LoadU(d, from + hn::Lanes(d)));
}

// Lengths, and for each gradient 1 where its bin follows from its angle, 0 where it is the first one, and -1 where it is neither.
HWY_INLINE hn::VFromD<Doubles> lengths(const double* across, const double* down, double* length) {
  const Doubles d;
  const auto x = hn::LoadU(d, across), y = hn::LoadU(d, down), zero = hn::Zero(d);
  const auto squares = hn::Add(hn::Mul(y, y), hn::Mul(x, x));
  hn::StoreU(hn::Sqrt(squares), d, length);
  const auto usual =
      hn::And(hn::Gt(squares, hn::Set(d, least_square)), hn::Lt(squares, hn::Set(d, most_square)));
  const auto level = hn::Eq(y, zero), none = hn::And(level, hn::Eq(x, zero));
  const auto one = hn::Set(d, 1.0);
  return hn::IfThenElse(usual, hn::IfThenElse(level, zero, one), hn::IfThenElse(none, zero, hn::Neg(one)));
}

HWY_INLINE Vector next(Vector sum, Vector square, float term) {
  return hn::MulAdd(sum, square, hn::Set(Floats{}, term));
}

// The bins of half a circle, -1 where the angle is near an edge of a bin. They mean nothing where not `by_angle`.
template <class Mask>
HWY_INLINE hn::VFromD<Signed> bins_of(Vector horizontal, Vector vertical, Mask by_angle,
                                      float bins_per_degree) {
  const Floats d;
  const Signed di;
  const auto x = hn::IfThenElse(hn::Lt(vertical, hn::Zero(d)), hn::Neg(horizontal), horizontal);
  const auto y = hn::Abs(vertical), aside = hn::Abs(x);
  const auto t = hn::Div(hn::Min(aside, y), hn::Max(aside, y)), s = hn::Mul(t, t);
  // Abramowitz and Stegun 4.4.49, within 2e-8 of the arc tangent.
  auto sum = next(hn::Set(d, 0.0028662257F), s, -0.0161657367F);
  sum = next(sum, s, 0.0429096138F);
  sum = next(sum, s, -0.0752896400F);
  sum = next(sum, s, 0.1065626393F);
  sum = next(sum, s, -0.1420889944F);
  sum = next(sum, s, 0.1999355085F);
  sum = next(sum, s, -0.3333314528F);
  sum = next(sum, s, 0.9999999F);
  auto degrees = hn::Mul(hn::Mul(sum, t), hn::Set(d, 57.2957795F));
  degrees = hn::IfThenElse(hn::Gt(y, aside), hn::Sub(hn::Set(d, 90.0F), degrees), degrees);
  degrees = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Sub(hn::Set(d, 180.0F), degrees), degrees);
  // Of the others an angle may be NaN, which is no integer.
  const auto place = hn::IfThenElseZero(by_angle, hn::Mul(degrees, hn::Set(d, bins_per_degree)));
  const auto below = hn::ConvertTo(di, place);
  const auto beyond = hn::Sub(place, hn::ConvertTo(d, below));
  const auto inside = hn::Min(beyond, hn::Sub(hn::Set(d, 1.0F), beyond));
  const auto sure = hn::Gt(inside, hn::Set(d, 1e-4F));
  return hn::IfThenElse(hn::RebindMask(di, sure), below, hn::Set(di, -1));
}

HWY_INLINE void one_vector(const double* across, const double* down, float bins_per_degree, double* length,
                           std::int32_t* bin) {
  const Floats d;
  const Signed di;
  const std::size_t half = hn::Lanes(Doubles{});
  const auto first = lengths(across, down, length);
  const auto kind = in_float(first, lengths(across + half, down + half, length + half));
  const auto by_angle = hn::Gt(kind, hn::Zero(d));
  const auto found = bins_of(in_float(across), in_float(down), by_angle, bins_per_degree);
  hn::StoreU(hn::IfThenElse(hn::RebindMask(di, by_angle), found, hn::ConvertTo(di, kind)), di, bin);
}

void gradients_kernel(const double* across, const double* down, std::size_t count, float bins_per_degree,
                      double* length, std::int32_t* bin) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN double x[hn::MaxLanes(d)] = {}, y[hn::MaxLanes(d)] = {}, lengths[hn::MaxLanes(d)];
    HWY_ALIGN std::int32_t bins[hn::MaxLanes(d)];
    std::copy_n(across, count, x);
    std::copy_n(down, count, y);
    one_vector(x, y, bins_per_degree, lengths, bins);
    std::copy_n(lengths, count, length);
    std::copy_n(bins, count, bin);
    return;
  }
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    one_vector(across + i, down + i, bins_per_degree, length + i, bin + i);
  }
}

HWY_INLINE hn::VFromD<Signed> load(const std::uint8_t* from) {
  return hn::PromoteTo(Signed{}, hn::LoadU(hn::Rebind<std::uint8_t, Floats>{}, from));
}

HWY_INLINE void one_vector(const std::uint8_t* above, const std::uint8_t* before, const std::uint8_t* below,
                           float bins_per_degree, double* length, std::int32_t* bin) {
  const Floats d;
  const Signed di;
  const auto across = hn::Sub(load(before + 2), load(before)), down = hn::Sub(load(below), load(above));
  const auto squares = hn::Add(hn::Mul(across, across), hn::Mul(down, down));
  const Doubles wide;
  hn::StoreU(hn::Sqrt(hn::PromoteTo(wide, hn::LowerHalf(squares))), wide, length);
  hn::StoreU(hn::Sqrt(hn::PromoteTo(wide, hn::UpperHalf(hn::Half<Signed>{}, squares))), wide,
             length + hn::Lanes(wide));
  const auto by_angle = hn::Ne(hn::ConvertTo(d, down), hn::Zero(d));
  const auto found = bins_of(hn::ConvertTo(d, across), hn::ConvertTo(d, down), by_angle, bins_per_degree);
  hn::StoreU(hn::IfThenElseZero(hn::RebindMask(di, by_angle), found), di, bin);
}

void bytes_kernel(const std::uint8_t* above, const std::uint8_t* before, const std::uint8_t* below,
                  std::size_t count, float bins_per_degree, double* length, std::int32_t* bin) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN std::uint8_t rows[3][hn::MaxLanes(d) + 2] = {};
    HWY_ALIGN double lengths[hn::MaxLanes(d)];
    HWY_ALIGN std::int32_t bins[hn::MaxLanes(d)];
    std::copy_n(above, count, rows[0]);
    std::copy_n(before, count + 2, rows[1]);
    std::copy_n(below, count, rows[2]);
    one_vector(rows[0], rows[1], rows[2], bins_per_degree, lengths, bins);
    std::copy_n(lengths, count, length);
    std::copy_n(bins, count, bin);
    return;
  }
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    one_vector(above + i, before + i, below + i, bins_per_degree, length + i, bin + i);
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(gradients_kernel);
HWY_EXPORT(bytes_kernel);

void measure_gradients(const double* across, const double* down, std::size_t count, float bins_per_degree,
                       double* length, std::int32_t* bin) {
  HWY_DYNAMIC_DISPATCH(gradients_kernel)(across, down, count, bins_per_degree, length, bin);
}

void measure_gradients(const std::uint8_t* above, const std::uint8_t* before, const std::uint8_t* below,
                       std::size_t count, float bins_per_degree, double* length, std::int32_t* bin) {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(above, before, below, count, bins_per_degree, length, bin);
}

}  // namespace radflow
#endif
