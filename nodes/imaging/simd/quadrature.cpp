#include "nodes/imaging/simd/quadrature.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/quadrature.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Single = hn::CappedTag<double, 1>;

template <typename D>
HWY_INLINE void store_magnitudes(D d, hn::VFromD<D> even, hn::VFromD<D> odd, double* to) {
  hn::StoreU(hn::Sqrt(hn::MulAdd(even, even, hn::Mul(odd, odd))), d, to);
}

template <typename D>
HWY_INLINE void one_vector(D d, const QuadraturePair& pair, const double* const* lines, std::size_t i,
                           double* to) {
  auto even = hn::Zero(d), odd = even;
  const double *of_even = pair.even.data(), *of_odd = pair.odd.data();
  for (std::size_t row = 0; row < pair.rows; ++row)
    for (std::size_t column = 0; column < pair.columns; ++column) {
      const auto value = hn::LoadU(d, lines[row] + i + column);
      even = hn::MulAdd(value, hn::Set(d, *of_even++), even);
      odd = hn::MulAdd(value, hn::Set(d, *of_odd++), odd);
    }
  store_magnitudes(d, even, odd, to);
}

// Eight sums at a time, so that none waits for itself.
HWY_INLINE void four_vectors(const QuadraturePair& pair, const double* const* lines, std::size_t i,
                             double* to) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  auto even_a = hn::Zero(d), even_b = even_a, even_c = even_a, even_d = even_a;
  auto odd_a = even_a, odd_b = even_a, odd_c = even_a, odd_d = even_a;
  const double *of_even = pair.even.data(), *of_odd = pair.odd.data();
  for (std::size_t row = 0; row < pair.rows; ++row)
    for (const double *at = lines[row] + i, *end = at + pair.columns; at < end; ++at) {
      const auto even = hn::Set(d, *of_even++), odd = hn::Set(d, *of_odd++);
      const auto a = hn::LoadU(d, at), b = hn::LoadU(d, at + lanes);
      even_a = hn::MulAdd(a, even, even_a);
      odd_a = hn::MulAdd(a, odd, odd_a);
      even_b = hn::MulAdd(b, even, even_b);
      odd_b = hn::MulAdd(b, odd, odd_b);
      const auto c = hn::LoadU(d, at + 2 * lanes), e = hn::LoadU(d, at + 3 * lanes);
      even_c = hn::MulAdd(c, even, even_c);
      odd_c = hn::MulAdd(c, odd, odd_c);
      even_d = hn::MulAdd(e, even, even_d);
      odd_d = hn::MulAdd(e, odd, odd_d);
    }
  store_magnitudes(d, even_a, odd_a, to);
  store_magnitudes(d, even_b, odd_b, to + lanes);
  store_magnitudes(d, even_c, odd_c, to + 2 * lanes);
  store_magnitudes(d, even_d, odd_d, to + 3 * lanes);
}

void magnitudes_kernel(const QuadraturePair& pair, const double* const* lines, std::size_t count,
                       double* magnitudes) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) four_vectors(pair, lines, i, magnitudes + i);
  for (; i + lanes <= count; i += lanes) one_vector(d, pair, lines, i, magnitudes + i);
  for (; i < count; ++i) one_vector(Single{}, pair, lines, i, magnitudes + i);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(magnitudes_kernel);

void quadrature_magnitudes(const QuadraturePair& pair, const double* const* lines, std::size_t count,
                           double* magnitudes) {
  HWY_DYNAMIC_DISPATCH(magnitudes_kernel)(pair, lines, count, magnitudes);
}

}  // namespace radflow
#endif
