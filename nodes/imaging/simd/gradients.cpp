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
using Vector = hn::VFromD<Floats>;

// A vector of doubles, and of floats as many of them as two vectors hold.
HWY_INLINE Vector in_float(const double* from) {
  const hn::Half<Floats> half;
  const Doubles d;
  return hn::Combine(Floats{}, hn::DemoteTo(half, hn::LoadU(d, from + hn::Lanes(d))),
                     hn::DemoteTo(half, hn::LoadU(d, from)));
}

HWY_INLINE void lengths(const double* across, const double* down, double* length) {
  const Doubles d;
  const auto x = hn::LoadU(d, across), y = hn::LoadU(d, down);
  hn::StoreU(hn::Sqrt(hn::Add(hn::Mul(y, y), hn::Mul(x, x))), d, length);
}

HWY_INLINE Vector next(Vector sum, Vector square, float term) {
  return hn::MulAdd(sum, square, hn::Set(Floats{}, term));
}

HWY_INLINE void one_vector(const double* across, const double* down, float places_per_degree, double* length,
                           float* place) {
  const Floats d;
  lengths(across, down, length);
  const std::size_t half = hn::Lanes(Doubles{});
  lengths(across + half, down + half, length + half);
  const auto vertical = in_float(down), horizontal = in_float(across);
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
  hn::StoreU(hn::Mul(degrees, hn::Set(d, places_per_degree)), d, place);
}

void gradients_kernel(const double* across, const double* down, std::size_t count, float places_per_degree,
                      double* length, float* place) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN double x[hn::MaxLanes(d)] = {}, y[hn::MaxLanes(d)] = {}, lengths[hn::MaxLanes(d)];
    HWY_ALIGN float places[hn::MaxLanes(d)];
    std::copy_n(across, count, x);
    std::copy_n(down, count, y);
    one_vector(x, y, places_per_degree, lengths, places);
    std::copy_n(lengths, count, length);
    std::copy_n(places, count, place);
    return;
  }
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    one_vector(across + i, down + i, places_per_degree, length + i, place + i);
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(gradients_kernel);

void measure_gradients(const double* across, const double* down, std::size_t count, float places_per_degree,
                       double* length, float* place) {
  HWY_DYNAMIC_DISPATCH(gradients_kernel)(across, down, count, places_per_degree, length, place);
}

}  // namespace radflow
#endif
