#include "nodes/imaging/simd/float_bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/float_bins.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Halves = hn::Half<Floats>;
using Doubles = hn::Repartition<double, Floats>;

// A place is added to 1.5 * 2^12: then the upper half of the double is this, plus the place with 8 bits behind the point.
constexpr std::uint32_t no_place = 0x40B80000;

template <bool zero_is_edge>
HWY_INLINE hn::VFromD<Doubles> half_of(const float* values, const FloatBins::Line& line) {
  const Halves d;
  auto x = hn::LoadU(d, values);
  if (zero_is_edge) x = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Min(x, hn::Set(d, line.below_zero)), x);
  const Doubles dd;
  return hn::MulAdd(hn::PromoteTo(dd, x), hn::Set(dd, line.scale), hn::Set(dd, line.start));
}

// What is far outside, or NaN, becomes a large place, on either side.
template <bool zero_is_edge, typename T>
HWY_INLINE void places(const float* values, const FloatBins::Line& line, T* places) {
  const hn::RebindToUnsigned<Floats> du;
  const hn::RebindToSigned<Floats> di;
  const hn::Rebind<T, Floats> dt;
  const auto lower = half_of<zero_is_edge>(values, line);
  const auto upper = half_of<zero_is_edge>(values + hn::Lanes(Halves{}), line);
  const auto words = hn::ConcatOdd(du, hn::BitCast(du, upper), hn::BitCast(du, lower));
  auto place = hn::BitCast(di, hn::ShiftRight<8>(hn::Sub(words, hn::Set(du, no_place))));
  if (sizeof(T) > 1) place = hn::Min(place, hn::Set(di, line.bins + 1));
  hn::StoreU(hn::DemoteTo(dt, place), dt, places);  // saturates
}

template <bool zero_is_edge, typename T>
HWY_INLINE void all_places(const float* values, std::size_t count, const FloatBins::Line& shared_line,
                           T* result) {
  const FloatBins::Line line = shared_line;  // a copy, which bytes that are written cannot change
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN float in[hn::MaxLanes(d)] = {};
    HWY_ALIGN T out[hn::MaxLanes(d)];
    std::copy_n(values, count, in);
    places<zero_is_edge>(in, line, out);
    std::copy_n(out, count, result);
    return;
  }
  for (std::size_t i = 0; i + lanes <= count; i += lanes) places<zero_is_edge>(values + i, line, result + i);
  places<zero_is_edge>(values + count - lanes, line, result + count - lanes);
}

void bytes_kernel(const float* values, std::size_t count, const FloatBins::Line& line, std::uint8_t* result) {
  if (line.below_zero < 0)
    all_places<true>(values, count, line, result);
  else
    all_places<false>(values, count, line, result);
}
void words_kernel(const float* values, std::size_t count, const FloatBins::Line& line,
                  std::uint16_t* result) {
  if (line.below_zero < 0)
    all_places<true>(values, count, line, result);
  else
    all_places<false>(values, count, line, result);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(bytes_kernel);
HWY_EXPORT(words_kernel);

void FloatBins::operator()(const float* values, std::size_t count, std::uint8_t* places) const {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(values, count, line_, places);
}
void FloatBins::operator()(const float* values, std::size_t count, std::uint16_t* places) const {
  HWY_DYNAMIC_DISPATCH(words_kernel)(values, count, line_, places);
}

// Places are moved up by so little that no float below an edge passes it, but rounding takes none below it that is on it.
// Where the upper end belongs to the last bin, the line is less steep by a little less than that, so that the end stays
// below the next place.
FloatBins::FloatBins(const Binning& binning) {
  if (binning.bins > most) return;
  constexpr double little = 0x1p-37;
  const double steep = binning.bins / (binning.high - binning.low);
  line_.bins = binning.bins;
  line_.scale = binning.closed ? steep * (1 - little) : steep;
  line_.start =
      0x1.8p12 + (1 - binning.low * line_.scale + (binning.closed ? (binning.bins - 0.5) : 1) * little);
  proven_ = agrees(binning);
  if (proven_) return;
  // Floats just below 0 are closer to it than any bin is wide.
  line_.below_zero = static_cast<float>(-0x1p-24 / steep);
  proven_ = agrees(binning);
}

bool FloatBins::agrees(const Binning& binning) const {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> sides{infinity, -infinity, std::numeric_limits<float>::quiet_NaN(),
                           -std::numeric_limits<float>::quiet_NaN(), -0.0F};
  const auto add = [&](double value) {
    const auto near = static_cast<float>(value);
    sides.insert(sides.end(), {near, std::nextafter(near, -infinity), std::nextafter(near, infinity)});
  };
  for (int bin = 0; bin <= binning.bins; ++bin) add(bin == binning.bins ? binning.high : binning.edge(bin));
  add(line_.below_zero);
  std::vector<std::uint16_t> places(sides.size());
  (*this)(sides.data(), sides.size(), places.data());
  bool all = true;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const int bin = places[i] > binning.bins ? -1 : places[i] - 1;
    all = all && bin == binning.bin_of(sides[i]);
  }
  return all;
}

}  // namespace radflow
#endif
