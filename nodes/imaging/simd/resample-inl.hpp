// What resample.cpp is made of besides: rows, and columns whose pixels lie close together. As Highway has it, this is
// included once for every target.
#if defined(RADFLOW_RESAMPLE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_RESAMPLE_INL
#undef RADFLOW_RESAMPLE_INL
#else
#define RADFLOW_RESAMPLE_INL
#endif

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <hwy/highway.h>

#include "nodes/imaging/simd/load-inl.hpp"
#include "nodes/imaging/simd/resample.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// Weighted sums of a run of pixels. Of floats they are of differences from the first pixel, so that what is flat stays so to the
// last bit; of bytes, whose sums are rounded, some loops take the pixels themselves.
template <typename T>
inline constexpr bool of_differences = std::is_same_v<T, float>;

template <typename T>
HWY_INLINE Vector begun(Vector first, float weight) {
  if constexpr (of_differences<T>) return hn::Zero(Floats{});
  return hn::Mul(first, hn::Set(Floats{}, weight));
}
template <typename T>
HWY_INLINE Vector with(Vector sum, Vector value, Vector first, Vector weight) {
  if constexpr (of_differences<T>) return hn::MulAdd(hn::Sub(value, first), weight, sum);
  return hn::MulAdd(value, weight, sum);
}
template <typename T>
HWY_INLINE Vector ended(Vector sum, Vector first) {
  if constexpr (of_differences<T>) return hn::Add(sum, first);
  return sum;
}

// Takes a row of sums as it is.
struct Line {
  HWY_INLINE void two(std::size_t i, Vector first, Vector second) const {
    const Floats d;
    hn::StoreU(first, d, to + i);
    hn::StoreU(second, d, to + i + hn::Lanes(d));
  }
  HWY_INLINE void one(std::size_t i, Vector values) const { hn::StoreU(values, Floats{}, to + i); }

  float* to;
};

// Takes a row of sums, those of even and of odd columns apart.
struct Halves {
  // From an even column on.
  HWY_INLINE void two(std::size_t i, Vector first, Vector second) const {
    const Floats d;
    hn::StoreU(hn::ConcatEven(d, second, first), d, evens + i / 2);
    hn::StoreU(hn::ConcatOdd(d, second, first), d, odds + i / 2);
  }
  HWY_INLINE void one(std::size_t i, Vector values) const {
    const Floats d;
    HWY_ALIGN float lanes[hn::MaxLanes(d)];
    hn::Store(values, d, lanes);
    for (std::size_t k = 0; k < hn::Lanes(d); ++k) ((i + k) % 2 == 0 ? evens : odds)[(i + k) / 2] = lanes[k];
  }
  float at(std::size_t i) const { return (i % 2 == 0 ? evens : odds)[i / 2]; }

  float *evens, *odds;
};

// One new row. Four vectors at a time share each weight. With a number of weights that is known here (not 0) loops are unrolled.
template <int fixed = 0, typename T, typename To>
HWY_INLINE void down(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                     std::size_t row, const To& to) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const WeightRun& run = rows.runs[row];
  const float* weights = rows.weights + run.at;
  image += run.first * stride;
  const int count = fixed > 0 ? fixed : run.count;
  std::size_t i = 0;
  for (; i + 4 * lanes <= width; i += 4 * lanes) {
    const T* line = image + i;
    const auto a0 = load(line), b0 = load(line + lanes), c0 = load(line + 2 * lanes),
               e0 = load(line + 3 * lanes);
    auto a = begun<T>(a0, weights[0]), b = begun<T>(b0, weights[0]), c = begun<T>(c0, weights[0]),
         e = begun<T>(e0, weights[0]);
#pragma GCC unroll 8
    for (int k = 1; k < count; ++k) {
      line += stride;
      const auto weight = hn::Set(d, weights[k]);
      a = with<T>(a, load(line), a0, weight);
      b = with<T>(b, load(line + lanes), b0, weight);
      c = with<T>(c, load(line + 2 * lanes), c0, weight);
      e = with<T>(e, load(line + 3 * lanes), e0, weight);
    }
    to.two(i, ended<T>(a, a0), ended<T>(b, b0));
    to.two(i + 2 * lanes, ended<T>(c, c0), ended<T>(e, e0));
  }
  for (; i < width; i += lanes) {
    i = std::min(i, width - lanes);
    const T* line = image + i;
    const auto first = load(line);
    auto sum = begun<T>(first, weights[0]);
    for (int k = 1; k < count; ++k)
      sum = with<T>(sum, load(line + k * stride), first, hn::Set(d, weights[k]));
    to.one(i, ended<T>(sum, first));
  }
}

HWY_INLINE Vector pair(const std::uint8_t* one, const std::uint8_t* other) {
  const hn::RebindToSigned<Floats> di;
  const hn::Rebind<std::uint8_t, Floats> d8;
  return hn::ConvertTo(
      Floats{}, hn::Add(hn::PromoteTo(di, hn::LoadU(d8, one)), hn::PromoteTo(di, hn::LoadU(d8, other))));
}

// A vector of a new row of bytes with six weights, the same from both ends: pixels of equal weight are added first.
HWY_INLINE Vector sum_of_pairs(const std::uint8_t* from, std::size_t stride, Vector outer, Vector middle,
                               Vector inner) {
  auto sum = hn::Mul(pair(from, from + 5 * stride), outer);
  sum = hn::MulAdd(pair(from + stride, from + 4 * stride), middle, sum);
  return hn::MulAdd(pair(from + 2 * stride, from + 3 * stride), inner, sum);
}
HWY_INLINE void down_pairs(const std::uint8_t* line, std::size_t stride, std::size_t width,
                           const float* weights, const Halves& to) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto outer = hn::Set(d, weights[0]), middle = hn::Set(d, weights[1]), inner = hn::Set(d, weights[2]);
  std::size_t i = 0;
  for (; i + 2 * lanes <= width; i += 2 * lanes)
    to.two(i, sum_of_pairs(line + i, stride, outer, middle, inner),
           sum_of_pairs(line + i + lanes, stride, outer, middle, inner));
  for (; i < width; i += lanes) {
    i = std::min(i, width - lanes);
    to.one(i, sum_of_pairs(line + i, stride, outer, middle, inner));
  }
}

// One new row, most of which have `fixed` weights (0: any number).
template <int fixed, typename T>
HWY_INLINE void down_mostly(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                            std::size_t row, const Halves& to) {
  const WeightRun& run = rows.runs[row];
  if (run.count != fixed) return down(image, stride, width, rows, row, to);
  if constexpr (fixed == 6 && std::is_same_v<T, std::uint8_t>) {
    const float* weights = rows.weights + run.at;
    if (weights[0] == weights[5] && weights[1] == weights[4] && weights[2] == weights[3])
      return down_pairs(image + run.first * stride, stride, width, weights, to);
    return down(image, stride, width, rows, row, to);
  } else {
    down<fixed>(image, stride, width, rows, row, to);
  }
}

// How the new columns take their pixels out of two vectors of a line: for each vector of new columns where the two begin, and
// for each weight of its runs the places in them and the weights, a lane for each column. A shorter run is filled
// up with weights of 0.
struct Picks {
  Picks(const FloatAxis& columns, std::size_t lanes) {
    for (std::size_t i = 0; i < columns.size; ++i)
      taps = std::max(taps, static_cast<std::size_t>(columns.runs[i].count));
    for (std::size_t i = 0; i < columns.size && fits; i += lanes) {
      const std::size_t begin = std::min(i, columns.size - lanes);
      const WeightRun* runs = columns.runs + begin;
      const int first = runs[0].first;
      starts.push_back(first);
      for (std::size_t k = 0; k < taps; ++k)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const WeightRun& run = runs[lane];
          const bool has = static_cast<int>(k) < run.count;
          const int place = run.first - first + (has ? static_cast<int>(k) : 0);
          fits = fits && place >= 0 && place < static_cast<int>(2 * lanes);
          places.push_back(place);
          weights.push_back(has ? columns.weights[run.at + k] : 0);
        }
    }
  }
  std::size_t taps = 1;
  bool fits = true;
  std::vector<std::int32_t> starts, places;
  std::vector<float> weights;
};

HWY_INLINE Vector pick(Vector low, Vector high, const std::int32_t* places) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const auto last = hn::Set(di, static_cast<std::int32_t>(hn::Lanes(d) - 1));
  const auto place = hn::LoadU(di, places);
  const auto in_high = hn::Gt(place, last);
  const auto within = hn::IndicesFromVec(d, hn::And(place, last));
  return hn::IfThenElse(hn::RebindMask(d, in_high), hn::TableLookupLanes(high, within),
                        hn::TableLookupLanes(low, within));
}

// For ratios at which a vector of new columns lies within two vectors of old ones.
template <typename T>
HWY_INLINE void by_picks(const T* image, std::size_t stride, std::size_t width, const FloatAxis& rows,
                         const FloatAxis& columns, const Picks& picks, float* result) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::vector<float> line(width + 2 * lanes);
  for (std::size_t row = 0; row < rows.size; ++row, result += columns.size) {
    down(image, stride, width, rows, row, Line{line.data()});
    const std::int32_t* places = picks.places.data();
    const float* weights = picks.weights.data();
    for (std::size_t i = 0; i < picks.starts.size(); ++i) {
      const float* from = line.data() + picks.starts[i];
      const auto low = hn::LoadU(d, from), high = hn::LoadU(d, from + lanes);
      const auto first = pick(low, high, places);
      auto sum = hn::Zero(d);
      for (std::size_t k = 1; k < picks.taps; ++k)
        sum = hn::MulAdd(hn::Sub(pick(low, high, places + k * lanes), first),
                         hn::LoadU(d, weights + k * lanes), sum);
      hn::StoreU(hn::Add(first, sum), d, result + std::min(i * lanes, columns.size - lanes));
      places += picks.taps * lanes;
      weights += picks.taps * lanes;
    }
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
