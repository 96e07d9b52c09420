#include "nodes/imaging/simd/blur.hpp"

#include <algorithm>
#include <bit>
#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/blur.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "nodes/imaging/simd/load-inl.hpp"

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
    out += width;
  }
  bool has_room_for(std::size_t) const { return true; }

  float* out;
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
      const auto a = rounded(sum_along<fixed>(line + i, half, radius), out + i);
      const auto b = rounded(sum_along<fixed>(line + i + lanes, half, radius), out + i + lanes);
      const auto c = rounded(sum_along<fixed>(line + i + 2 * lanes, half, radius), out + i + 2 * lanes);
      const auto e = rounded(sum_along<fixed>(line + i + 3 * lanes, half, radius), out + i + 3 * lanes);
      if (HWY_LIKELY(hn::AllTrue(d, hn::Lt(hn::Max(hn::Max(a, b), hn::Max(c, e)), sure)))) continue;
      note(hn::Ge(a, sure), i);
      note(hn::Ge(b, sure), i + lanes);
      note(hn::Ge(c, sure), i + 2 * lanes);
      note(hn::Ge(e, sure), i + 3 * lanes);
    }
    for (; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      note(hn::Ge(rounded(sum_along<fixed>(line + i, half, radius), out + i), sure), i);
    }
    out += width;
    place += width;
  }
  // All pixels of four rows may be near a tie, and the last vector of a row shares pixels with the one before it.
  bool has_room_for(std::size_t width) const { return noted + 4 * (width + hn::Lanes(Floats{})) <= most; }

  // Stores the nearest integers and gives how far they are from the sums.
  static HWY_INLINE Vector rounded(Vector sum, std::uint8_t* to) {
    const Floats d;
    const hn::RebindToUnsigned<Floats> du;
    const hn::Rebind<std::uint8_t, Floats> d8;
    const auto magic =
        hn::Set(d, 12582912.0F);  // 1.5 * 2^23: the last bits of what is added to it are an integer
    const auto moved = hn::Add(sum, magic);
    hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, moved)), d8, to);
    return hn::Abs(hn::Sub(hn::Sub(moved, magic), sum));
  }
  template <typename Mask>
  HWY_INLINE void note(Mask near_tie, std::size_t i) {
    std::uint64_t bits = 0;
    hn::StoreMaskBits(Floats{}, near_tie, reinterpret_cast<std::uint8_t*>(&bits));
    for (; bits != 0; bits &= bits - 1)
      places[noted++] = static_cast<std::uint32_t>(place + i + std::countr_zero(bits));
  }

  std::uint8_t* out;
  float error;
  std::uint32_t* places;
  std::size_t most, noted = 0;  // of places
  std::size_t place = 0;        // of the row's first pixel
};

// Gives the row at which it stopped, because nothing more could be noted.
template <std::size_t fixed, typename T, typename To>
HWY_INLINE std::size_t blur_of(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                               const BlurKernel& kernel, To& to) {
  const std::size_t lanes = hn::Lanes(Floats{}), radius = kernel.radius();
  // A copy, so that GCC sees that no result overwrites it.
  float copied[fixed + 1];
  std::copy_n(kernel.weights.data() + radius, fixed + 1, copied);
  const float* half = fixed > 0 ? copied : kernel.weights.data() + radius;
  // Four lines, each with its border, whose first pixels lie at the start of a line of the cache.
  const std::size_t border = (radius + 15) / 16 * 16, stride = border + (width + radius + 3 + 15) / 16 * 16;
  const auto buffer = std::make_unique_for_overwrite<float[]>(border + 4 * stride + 16);
  float* lines = buffer.get() + border;
  lines += (64 - reinterpret_cast<std::uintptr_t>(lines) % 64) % 64 / sizeof(float);
  std::size_t row = 0;
  while (row < height && to.has_room_for(width)) {
    const std::size_t some = std::min<std::size_t>(4, height - row);
    for (std::size_t i = 0; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      if (some == 4)
        down_four<fixed>(rows + row, i, half, radius, lines + i, stride);
      else
        for (std::size_t k = 0; k < some; ++k)
          down_one(rows + row + k, i, half, radius, lines + k * stride + i);
    }
    for (std::size_t k = 0; k < some; ++k) {
      float* line = lines + k * stride;
      float* before = line - radius;
      for (std::size_t j = 0; j < radius; ++j) {
        before[j] = line[beside[j]];
        line[width + j] = line[beside[radius + j]];
      }
      to.template row<fixed>(line, width, half, radius);
    }
    row += some;
  }
  return row;
}

template <typename T, typename To>
HWY_INLINE std::size_t blur(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                            const BlurKernel& kernel, To& to) {
  if (kernel.radius() == 4)  // sigma 1
    return blur_of<4>(rows, height, width, beside, kernel, to);
  if (kernel.radius() == 6)  // sigma 1.5
    return blur_of<6>(rows, height, width, beside, kernel, to);
  return blur_of<0>(rows, height, width, beside, kernel, to);
}

void floats_kernel(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                   const BlurKernel& kernel, float* result) {
  ToFloats to{result};
  blur(rows, height, width, beside, kernel, to);
}
void bytes_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float* result) {
  ToFloats to{result};
  blur(rows, height, width, beside, kernel, to);
}
std::size_t rounded_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width,
                           const int* beside, const BlurKernel& kernel, float error, std::uint8_t* result,
                           std::vector<std::uint32_t>& places) {
  ToBytes to{result, error, places.data(), places.size()};
  const std::size_t done = blur(rows, height, width, beside, kernel, to);
  places.resize(to.noted);
  return done;
}

template <typename T>
HWY_INLINE void normalise(float* result, const float* share, const std::uint8_t* valid, const T* original,
                          std::size_t count) {
  const Floats d;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::Rebind<std::int32_t, Floats> di;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto part = hn::LoadU(d, share + i);
    if (HWY_LIKELY(hn::AllTrue(d, hn::Gt(part, hn::Set(d, 255 * (1 - 5e-7F)))))) {
      const auto counts = hn::PromoteTo(di, hn::LoadU(d8, valid + i));
      if (HWY_LIKELY(hn::AllTrue(di, hn::Ne(counts, hn::Zero(di))))) continue;
    }
    const auto counts = hn::RebindMask(d, hn::Ne(hn::PromoteTo(di, hn::LoadU(d8, valid + i)), hn::Zero(di)));
    const auto whole = hn::Div(hn::Mul(hn::LoadU(d, result + i), hn::Set(d, 255.0F)), part);
    hn::StoreU(hn::IfThenElse(counts, whole, load(original + i)), d, result + i);
  }
  for (; i < count; ++i)
    result[i] = valid[i] != 0 ? result[i] * 255 / share[i] : static_cast<float>(original[i]);
}
void normalise_floats_kernel(float* result, const float* share, const std::uint8_t* valid,
                             const float* original, std::size_t count) {
  normalise(result, share, valid, original, count);
}
void normalise_bytes_kernel(float* result, const float* share, const std::uint8_t* valid,
                            const std::uint8_t* original, std::size_t count) {
  normalise(result, share, valid, original, count);
}

void copy_valid_kernel(const float* from, const std::uint8_t* valid, std::size_t count, float* to) {
  const Floats d;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::Rebind<std::int32_t, Floats> di;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto counts = hn::Ne(hn::PromoteTo(di, hn::LoadU(d8, valid + i)), hn::Zero(di));
    hn::StoreU(hn::IfThenElseZero(hn::RebindMask(d, counts), hn::LoadU(d, from + i)), d, to + i);
  }
  for (; i < count; ++i) to[i] = valid[i] != 0 ? from[i] : 0;
}

std::size_t lanes_kernel() { return hn::Lanes(Floats{}); }

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(floats_kernel);
HWY_EXPORT(bytes_kernel);
HWY_EXPORT(rounded_kernel);
HWY_EXPORT(lanes_kernel);
HWY_EXPORT(copy_valid_kernel);
HWY_EXPORT(normalise_floats_kernel);
HWY_EXPORT(normalise_bytes_kernel);

void copy_valid(const float* from, const std::uint8_t* valid, std::size_t count, float* to) {
  HWY_DYNAMIC_DISPATCH(copy_valid_kernel)(from, valid, count, to);
}

void normalise_blurred(float* result, const float* share, const std::uint8_t* valid, const float* original,
                       std::size_t count) {
  HWY_DYNAMIC_DISPATCH(normalise_floats_kernel)(result, share, valid, original, count);
}
void normalise_blurred(float* result, const float* share, const std::uint8_t* valid,
                       const std::uint8_t* original, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(normalise_bytes_kernel)(result, share, valid, original, count);
}

std::size_t least_blur_columns() { return HWY_DYNAMIC_DISPATCH(lanes_kernel)(); }

void blur_floats(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                 const BlurKernel& kernel, float* result) {
  HWY_DYNAMIC_DISPATCH(floats_kernel)(rows, height, width, beside, kernel, result);
}
void blur_bytes(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                const BlurKernel& kernel, float* result) {
  HWY_DYNAMIC_DISPATCH(bytes_kernel)(rows, height, width, beside, kernel, result);
}

void blur_rounded(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float error, std::uint8_t* result,
                  std::vector<std::uint32_t>& doubtful) {
  std::vector<std::uint32_t> places;
  for (std::size_t row = 0; row < height;) {
    const std::size_t first = row * width;
    places.resize(std::max<std::size_t>(4 * (width + 64), 4096));
    row += HWY_DYNAMIC_DISPATCH(rounded_kernel)(rows + row, height - row, width, beside, kernel, error,
                                                result + first, places);
    for (const std::uint32_t place : places) doubtful.push_back(static_cast<std::uint32_t>(first + place));
  }
}

}  // namespace radflow
#endif
