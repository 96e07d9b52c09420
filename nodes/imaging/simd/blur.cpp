#include "nodes/imaging/simd/blur.hpp"

#include <algorithm>

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

// Four new rows at a vector of columns: each old row is read once for all of them. With a radius that is known here (not 0)
// the loop is unrolled and the weights stay in registers.
template <std::size_t fixed, typename T>
HWY_INLINE void down_four(const T* const* rows, std::size_t column, const float* weights,
                          std::size_t any_radius, float* out, std::size_t stride) {
  const Floats d;
  const std::size_t radius = fixed > 0 ? fixed : any_radius, last = 2 * radius;
  const float* half = weights + radius;
  auto a = hn::Zero(d), b = a, c = a, e = a;
#pragma GCC unroll 20
  for (std::size_t k = 0; k <= last + 3; ++k) {
    const auto x = load(rows[k] + column);
    const auto weight = [&](std::size_t i) { return half[i < radius ? radius - i : i - radius]; };
    if (k <= last) a = hn::MulAdd(x, hn::Set(d, weight(k)), a);
    if (k >= 1 && k <= last + 1) b = hn::MulAdd(x, hn::Set(d, weight(k - 1)), b);
    if (k >= 2 && k <= last + 2) c = hn::MulAdd(x, hn::Set(d, weight(k - 2)), c);
    if (k >= 3) e = hn::MulAdd(x, hn::Set(d, weight(k - 3)), e);
  }
  hn::StoreU(a, d, out);
  hn::StoreU(b, d, out + stride);
  hn::StoreU(c, d, out + 2 * stride);
  hn::StoreU(e, d, out + 3 * stride);
}

template <typename T>
HWY_INLINE void down_one(const T* const* rows, std::size_t column, const float* weights, std::size_t taps,
                         float* out) {
  const Floats d;
  auto sum = hn::Mul(load(rows[0] + column), hn::Set(d, weights[0]));
  for (std::size_t k = 1; k < taps; ++k)
    sum = hn::MulAdd(load(rows[k] + column), hn::Set(d, weights[k]), sum);
  hn::StoreU(sum, d, out);
}

// `line` has `radius` columns of border on both sides.
template <std::size_t fixed>
HWY_INLINE void along(const float* line, std::size_t width, const float* weights, std::size_t any_radius,
                      float* out) {
  const std::size_t radius = fixed > 0 ? fixed : any_radius;
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const float* centre = line + radius;
  std::size_t i = 0;
  for (; i + 4 * lanes <= width; i += 4 * lanes) {
    const float* at = centre + i;
    auto weight = hn::Set(d, weights[radius]);
    auto a = hn::Mul(load(at), weight), b = hn::Mul(load(at + lanes), weight);
    auto c = hn::Mul(load(at + 2 * lanes), weight), e = hn::Mul(load(at + 3 * lanes), weight);
#pragma GCC unroll 8
    for (std::size_t k = 1; k <= radius; ++k) {
      const float *left = at - k, *right = at + k;
      weight = hn::Set(d, weights[radius + k]);
      a = hn::MulAdd(hn::Add(load(left), load(right)), weight, a);
      b = hn::MulAdd(hn::Add(load(left + lanes), load(right + lanes)), weight, b);
      c = hn::MulAdd(hn::Add(load(left + 2 * lanes), load(right + 2 * lanes)), weight, c);
      e = hn::MulAdd(hn::Add(load(left + 3 * lanes), load(right + 3 * lanes)), weight, e);
    }
    hn::StoreU(a, d, out + i);
    hn::StoreU(b, d, out + i + lanes);
    hn::StoreU(c, d, out + i + 2 * lanes);
    hn::StoreU(e, d, out + i + 3 * lanes);
  }
  for (; i < width; i += lanes) {
    i = std::min(i, width - lanes);
    const float* at = centre + i;
    auto sum = hn::Mul(load(at), hn::Set(d, weights[radius]));
    for (std::size_t k = 1; k <= radius; ++k)
      sum = hn::MulAdd(hn::Add(load(at - k), load(at + k)), hn::Set(d, weights[radius + k]), sum);
    hn::StoreU(sum, d, out + i);
  }
}

template <std::size_t fixed, typename T>
HWY_INLINE void blur_of(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                        const BlurKernel& kernel, float* result) {
  const std::size_t lanes = hn::Lanes(Floats{}), radius = kernel.radius(), taps = 2 * radius + 1;
  const float* weights = kernel.weights.data();
  const std::size_t stride = width + 2 * radius;
  std::vector<float> buffer(4 * stride);
  float* lines = buffer.data();
  for (std::size_t row = 0; row < height; row += 4) {
    const std::size_t some = std::min<std::size_t>(4, height - row);
    for (std::size_t i = 0; i < width; i += lanes) {
      i = std::min(i, width - lanes);
      if (some == 4)
        down_four<fixed>(rows + row, i, weights, radius, lines + radius + i, stride);
      else
        for (std::size_t k = 0; k < some; ++k)
          down_one(rows + row + k, i, weights, taps, lines + k * stride + radius + i);
    }
    for (std::size_t k = 0; k < some; ++k) {
      float* line = lines + k * stride;
      for (std::size_t j = 0; j < radius; ++j) {
        line[j] = line[radius + beside[j]];
        line[radius + width + j] = line[radius + beside[radius + j]];
      }
      along<fixed>(line, width, weights, radius, result + (row + k) * width);
    }
  }
}

template <typename T>
HWY_INLINE void blur(const T* const* rows, std::size_t height, std::size_t width, const int* beside,
                     const BlurKernel& kernel, float* result) {
  if (kernel.radius() == 4)  // sigma 1
    blur_of<4>(rows, height, width, beside, kernel, result);
  else if (kernel.radius() == 6)  // sigma 1.5
    blur_of<6>(rows, height, width, beside, kernel, result);
  else
    blur_of<0>(rows, height, width, beside, kernel, result);
}

void floats_kernel(const float* const* rows, std::size_t height, std::size_t width, const int* beside,
                   const BlurKernel& kernel, float* result) {
  blur(rows, height, width, beside, kernel, result);
}
void bytes_kernel(const std::uint8_t* const* rows, std::size_t height, std::size_t width, const int* beside,
                  const BlurKernel& kernel, float* result) {
  blur(rows, height, width, beside, kernel, result);
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

}  // namespace radflow
#endif
