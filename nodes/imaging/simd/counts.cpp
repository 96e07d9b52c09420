#include "nodes/imaging/simd/counts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/counts.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::ScalableTag<std::uint8_t>;

template <class V>
HWY_INLINE V one_more_where_equal(V counts, V values, V code) {
  const auto equal = hn::Eq(values, code);
#if HWY_TARGET <= HWY_AVX3
  return hn::IfThenElse(equal, hn::Sub(counts, hn::Set(Bytes{}, 255)), counts);  // one operation with a mask
#else
  return hn::Sub(counts, hn::VecFromMask(Bytes{}, equal));
#endif
}
template <class V>
HWY_INLINE std::uint32_t sum(V bytes) {
  const hn::Repartition<std::uint64_t, Bytes> d64;
  return static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d64, hn::SumsOf8(bytes))));
}

// At most 255 vectors: a byte counts no further.
template <bool all>
HWY_INLINE void four_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count,
                           int code, std::uint32_t* counts) {
  const Bytes d;
  auto a = hn::Zero(d), b = a, c = a, e = a;
  const auto code_a = hn::Set(d, code), code_b = hn::Set(d, code + 1), code_c = hn::Set(d, code + 2),
             code_e = hn::Set(d, code + 3);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    auto value = hn::LoadU(d, values + i);
    // What does not count becomes 255, which is no code.
    if (!all) value = hn::Or(value, hn::VecFromMask(d, hn::Eq(hn::LoadU(d, counted + i), hn::Zero(d))));
    a = one_more_where_equal(a, value, code_a);
    b = one_more_where_equal(b, value, code_b);
    c = one_more_where_equal(c, value, code_c);
    e = one_more_where_equal(e, value, code_e);
  }
  counts[0] += sum(a);
  counts[1] += sum(b);
  counts[2] += sum(c);
  counts[3] += sum(e);
}

void few_codes_kernel(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                      std::uint32_t* counts) {
  const std::size_t lanes = hn::Lanes(Bytes{});
  std::uint32_t sums[16] = {};
  const std::size_t whole = count / lanes * lanes;
  for (std::size_t begin = 0; begin < whole; begin += 255 * lanes) {
    const std::size_t some = std::min(whole - begin, 255 * lanes);
    for (int code = 0; code < codes; code += 4) {
      if (counted)
        four_codes<false>(values + begin, counted + begin, some, code, sums + code);
      else
        four_codes<true>(values + begin, nullptr, some, code, sums + code);
    }
  }
  for (std::size_t i = whole; i < count; ++i)
    if ((!counted || counted[i] != 0) && values[i] < codes) ++sums[values[i]];
  for (int code = 0; code < codes; ++code) counts[code] += sums[code];
}

template <class V>
HWY_INLINE auto places(V x, const FloatBins::Line& line) {
  const hn::DFromV<V> d;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  return hn::DemoteTo(di, hn::Mul(hn::Sub(x, hn::Set(d, line.low)), hn::Set(d, line.scale)));
}

template <class D>
HWY_INLINE void float_bins(D df, const float* values, const std::uint8_t* counted,
                           const FloatBins::Line& line, std::uint16_t* bins) {
  const hn::Repartition<double, D> dd;
  const hn::Half<D> dh;
  const hn::Rebind<std::int32_t, D> di;
  const hn::Rebind<std::uint16_t, D> dw;
  const auto x = hn::LoadU(df, values);
  auto bin = hn::Combine(di, places(hn::PromoteTo(dd, hn::UpperHalf(dh, x)), line),
                         places(hn::PromoteTo(dd, hn::LowerHalf(dh, x)), line));
  bin = hn::Min(bin, hn::Set(di, line.last));
  const auto inside = hn::And(hn::Ge(x, hn::Set(df, line.lowest)), hn::Le(x, hn::Set(df, line.highest)));
  auto counts = hn::RebindMask(di, inside);
  if (counted) {
    const hn::Rebind<std::uint8_t, D> d8;
    counts = hn::And(counts, hn::Ne(hn::PromoteTo(di, hn::LoadU(d8, counted)), hn::Zero(di)));
  }
  bin = hn::IfThenElse(counts, bin, hn::Set(di, line.outside));
  hn::StoreU(hn::DemoteTo(dw, bin), dw, bins);
}

void float_bins_kernel(const float* values, const std::uint8_t* counted, std::size_t count,
                       const FloatBins::Line& line, std::uint16_t* bins) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    HWY_ALIGN float in[hn::MaxLanes(d)] = {};
    HWY_ALIGN std::uint8_t mask[hn::MaxLanes(d)] = {};
    HWY_ALIGN std::uint16_t out[hn::MaxLanes(d)];
    std::copy_n(values, count, in);
    if (counted) std::copy_n(counted, count, mask);
    float_bins(d, in, counted ? mask : nullptr, line, out);
    std::copy_n(out, count, bins);
    return;
  }
  for (std::size_t i = 0; i < count; i += lanes) {
    i = std::min(i, count - lanes);
    float_bins(d, values + i, counted ? counted + i : nullptr, line, bins + i);
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(few_codes_kernel);
HWY_EXPORT(float_bins_kernel);

void count_few_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                     std::uint32_t* counts) {
  HWY_DYNAMIC_DISPATCH(few_codes_kernel)(values, counted, count, codes, counts);
}

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// The smallest float that is not below the value, and the largest not above it.
float from(double value) {
  const auto nearest = static_cast<float>(value);
  return nearest < value ? std::nextafter(nearest, infinity) : nearest;
}
float up_to(double value) { return -from(-value); }

}  // namespace

FloatBins::FloatBins(const Binning& binning)
    : line_{from(binning.low), up_to(binning.high), binning.low, binning.bins / (binning.high - binning.low),
            binning.bins - 1,  binning.bins} {
  if (!binning.closed && line_.highest >= binning.high)
    line_.highest = std::nextafter(line_.highest, -infinity);
  if (binning.bins > most || !std::isfinite(line_.scale)) return;
  std::vector<float> sides{line_.lowest, line_.highest, infinity, -infinity};
  for (int bin = 0; bin <= binning.bins; ++bin) {
    const float edge = from(bin == binning.bins ? binning.high : binning.edge(bin));
    sides.insert(sides.end(), {edge, std::nextafter(edge, -infinity), std::nextafter(edge, infinity)});
  }
  std::vector<std::uint16_t> bins(sides.size());
  (*this)(sides.data(), nullptr, sides.size(), bins.data());
  proven_ = true;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const int expected = binning.bin_of(sides[i]);
    proven_ = proven_ && bins[i] == (expected < 0 ? line_.outside : expected);
  }
}

void FloatBins::operator()(const float* values, const std::uint8_t* counted, std::size_t count,
                           std::uint16_t* bins) const {
  HWY_DYNAMIC_DISPATCH(float_bins_kernel)(values, counted, count, line_, bins);
}

}  // namespace radflow
#endif
