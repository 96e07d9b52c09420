#include "nodes/classify/kernel_matrix.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <opencv2/core.hpp>

#include "nodes/classify/cut_off.hpp"

namespace radflow {
namespace {

// 16 sums side by side: the compiler makes as many registers of them as the processor wants. No operation is fused, so that
// the sums are the same with and without AVX.
using Lanes = float __attribute__((vector_size(64)));
constexpr std::size_t lanes = sizeof(Lanes) / sizeof(float);

struct SquaredDifference {
  template <typename T>
  static __attribute__((always_inline)) void add(T& sum, const T& a, const T& b) {
    const T difference = a - b;
    sum += difference * difference;
  }
};
struct Product {
  template <typename T>
  static __attribute__((always_inline)) void add(T& sum, const T& a, const T& b) {
    sum += a * b;
  }
};

inline __attribute__((always_inline)) void load(Lanes& lane, const float* from) {
  std::memcpy(&lane, from, sizeof lane);
}

// out[i] = the sum over a and b[i], for as many rows of b as keep their sums in registers.
template <typename Op, std::size_t Rows>
inline __attribute__((always_inline)) void sums(const float* a, const std::array<const float*, Rows>& b,
                                                std::size_t n, float* out) {
  Lanes sum[Rows] = {};
  std::size_t j = 0;
  for (; j + lanes <= n; j += lanes) {
    Lanes left;
    load(left, a + j);
    for (std::size_t r = 0; r < Rows; ++r) {
      Lanes right;
      load(right, b[r] + j);
      Op::add(sum[r], left, right);
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    float total = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) total += sum[r][lane];
    for (std::size_t k = j; k < n; ++k) Op::add(total, a[k], b[r][k]);
    out[r] = total;
  }
}

// The rows [first, last) against those before each, by blocks of `tile` rows that stay in the cache.
template <typename Op>
inline __attribute__((always_inline)) void fill(const cv::Mat& samples, cv::Mat& out) {
  constexpr int tile = 32, together = 4;
  const auto n = static_cast<std::size_t>(samples.cols);
  for (int block = 0; block < samples.rows; block += tile) {
    end_if_cut_off();
    for (int i = block; i < samples.rows; ++i) {
      const int end = std::min(block + tile, i + 1);
      int j = block;
      for (; j + together <= end; j += together)
        sums<Op, together>(samples.ptr<float>(i),
                           {samples.ptr<float>(j), samples.ptr<float>(j + 1), samples.ptr<float>(j + 2),
                            samples.ptr<float>(j + 3)},
                           n, out.ptr<float>(i) + j);
      for (; j < end; ++j)
        sums<Op, 1>(samples.ptr<float>(i), {samples.ptr<float>(j)}, n, out.ptr<float>(i) + j);
    }
  }
}

template <typename Op>
void fill_anywhere(const cv::Mat& samples, cv::Mat& out) {
  fill<Op>(samples, out);
}
#if defined(__x86_64__)
template <typename Op>
__attribute__((target("avx2"))) void fill_by_avx2(const cv::Mat& samples, cv::Mat& out) {
  fill<Op>(samples, out);
}
#endif

template <typename Op>
cv::Mat filled(const cv::Mat& samples) {
  cv::Mat out(samples.rows, samples.rows, CV_32F);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2"))
    fill_by_avx2<Op>(samples, out);
  else
#endif
    fill_anywhere<Op>(samples, out);
  cv::completeSymm(out, true);
  return out;
}

}  // namespace

float squared_distance(std::span<const float> a, const float* b) {
  float sum = 0;
  sums<SquaredDifference, 1>(a.data(), {b}, a.size(), &sum);
  return sum;
}
float scalar_product(std::span<const float> a, const float* b) {
  float sum = 0;
  sums<Product, 1>(a.data(), {b}, a.size(), &sum);
  return sum;
}

cv::Mat pairs_of(const cv::Mat& samples, Pairs which) {
  return which == Pairs::SquaredDistances ? filled<SquaredDifference>(samples) : filled<Product>(samples);
}

cv::Mat SharedPairs::of(const cv::Mat& samples, Pairs which) {
  const std::scoped_lock lock{mutex_};
  cv::Mat& known = which == Pairs::SquaredDistances ? distances_ : products_;
  if (known.empty()) known = pairs_of(samples, which);
  return known;
}

}  // namespace radflow
