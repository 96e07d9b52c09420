#include "nodes/imaging/blur.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/bordered.hpp"
#include "nodes/imaging/gaussian.hpp"
#include "nodes/imaging/simd/common_bits.hpp"
#include "nodes/imaging/simd/padding.hpp"
#include "nodes/imaging/simd/rounding.hpp"

namespace radflow {
namespace {

// Wider kernels have so many terms that doubles would have to decide too many bytes.
constexpr std::size_t most_radius_of_bytes = 16;

// What rounding to float may move a value in [0, limit].
double half_ulp(double limit) { return std::ldexp(1.0, std::ilogb(limit) - 24); }

// How far the sums of bytes may be from those in double, when the pairs of pixels at the same distance are added, then
// multiplied, and their products added from the middle outwards: by the rounding of weights, of sums of pairs along the row
// (those along the column are of integers), of products and of what has been added up.
double most_error(const BlurKernel& kernel) {
  const float* half = kernel.weights.data() + kernel.radius();
  double of_pass = half_ulp(255 * half[0]), part = half[0], of_pairs = 0;
  for (std::size_t k = 1; k <= kernel.radius(); ++k) {
    part += 2 * half[k];
    of_pairs += half[k] * half_ulp(2 * 255.0);
    of_pass += half_ulp(2 * 255 * half[k]) + half_ulp(255 * part);
  }
  const double of_weights = 255 * 0x1p-24;
  return 1.01 * (2 * (of_pass + of_weights) + of_pairs);
}

// From the first 16 columns that hold image in any of these rows to the last 16; none where all is padding.
cv::Range columns_of_image(const cv::Mat& valid, cv::Range rows) {
  const int columns = valid.cols;
  int begin = columns, end = 0;
  const auto is_padding = [](const std::uint8_t* from) {
    std::uint64_t eight[2];
    std::memcpy(eight, from, sizeof eight);
    return (eight[0] | eight[1]) == 0;
  };
  for (int row = rows.start; row < rows.end; ++row) {
    const std::uint8_t* line = valid.ptr(row);
    int at = 0;
    while (at < begin && at + 16 <= columns && is_padding(line + at)) at += 16;
    begin = std::min(begin, at);
    for (at = columns; at > end && at >= 16 && is_padding(line + at - 16);) at -= 16;
    end = std::max(end, at);
  }
  return begin < end ? cv::Range{begin, end} : cv::Range{0, 0};
}

// The columns with `border` more on both sides, as far as there are, but no fewer than can be smoothed.
cv::Range widened(cv::Range among, int border, int radius, int columns) {
  const int least = std::min(columns, std::max(static_cast<int>(least_blur_columns()), 2 * radius + 1));
  const cv::Range wide{std::max(among.start - border, 0), std::min(among.end + border, columns)};
  if (wide.size() >= least) return wide;
  return wide.start + least <= columns ? cv::Range{wide.start, wide.start + least}
                                       : cv::Range{columns - least, columns};
}

// What is left and right of the columns stays as it is.
void copy_outside(const cv::Mat& pixels, cv::Range rows, cv::Range columns, cv::Mat& result) {
  if (columns.size() == pixels.cols) return;
  const std::size_t left = columns.start * pixels.elemSize(), from = columns.end * pixels.elemSize();
  for (int row = rows.start; row < rows.end; ++row) {
    std::memcpy(result.ptr(row), pixels.ptr(row), left);
    std::memcpy(result.ptr(row) + from, pixels.ptr(row) + from, pixels.cols * pixels.elemSize() - from);
  }
}

// The shares of the kernel that lie on image, at the columns of a band of rows that have padding in reach; the others are left
// as they are.
class Shares {
 public:
  Shares(const cv::Mat& valid, const BlurKernel& kernel, int border)
      : kernel_{kernel}, image_{valid, static_cast<int>(kernel.radius()), border}, all_(valid.cols) {}

  // Of what lies within `among`: normalise(row, begin, share, count) of the columns from `begin`.
  template <typename Normalise>
  void band(cv::Range rows, cv::Range among, const Normalise& normalise) {
    const int radius = static_cast<int>(kernel_.radius()), columns = image_.columns();
    const int until = std::min(among.end + radius, columns);
    common_bits(image_.rows() + rows.start, rows.size() + 2 * radius, columns, all_.data());
    for (int at = std::max(among.start - radius, 0); (at = next_padding(at)) < until;) {
      const int begin = std::max(at - radius, among.start);
      int last = at;  // until there is none for two radii
      for (++at; at < until && at <= last + 2 * radius; ++at)
        if (all_[at] == 0) last = at;
      const int end = std::min(last + 1 + radius, among.end);
      const cv::Range wide = widened({begin, end}, radius, radius, columns);
      share_.resize(static_cast<std::size_t>(rows.size()) * wide.size());
      image_.blur(rows, wide, kernel_, share_.data(), wide.size());
      for (int row = rows.start; row < rows.end; ++row)
        normalise(row, begin,
                  share_.data() + static_cast<std::ptrdiff_t>(row - rows.start) * wide.size() +
                      (begin - wide.start),
                  end - begin);
    }
  }

 private:
  // The first column from `at` on where a row of the band, or of its reach, has padding.
  int next_padding(int at) const {
    if (at >= image_.columns()) return at;
    const void* found = std::memchr(all_.data() + at, 0, all_.size() - at);
    return found ? static_cast<int>(static_cast<const std::uint8_t*>(found) - all_.data()) : image_.columns();
  }

  const BlurKernel& kernel_;
  Bordered<std::uint8_t> image_;
  std::vector<std::uint8_t> all_;  // what the rows of each column have in common
  std::vector<float> share_;
};

}  // namespace

Blur::Blur(double sigma, int border, Precision precision)
    : weights_{gaussian_kernel(sigma)}, border_{border}, precision_{precision} {
  for (int i = 0; i < weights_.rows; ++i)
    kernel_.weights.push_back(static_cast<float>(weights_.at<double>(i)));
  error_ = static_cast<float>(most_error(kernel_));
}

cv::Mat Blur::operator()(const cv::Mat& pixels, const cv::Mat& valid) const {
  const bool bytes = pixels.type() == CV_8UC1 && kernel_.radius() <= most_radius_of_bytes;
  const bool floats = pixels.type() == CV_32FC1 && precision_ == Precision::Float32;
  if ((bytes || floats) && pixels.cols >= static_cast<int>(least_blur_columns()))
    return by_kernels(pixels, valid);
  cv::Mat work = pixels, result;
  if (pixels.depth() == CV_32F && precision_ == Precision::Float64) pixels.convertTo(work, CV_64F);
  smoothed(work, valid, weights_, border_).convertTo(result, pixels.depth());
  if (!valid.empty()) pixels.copyTo(result, valid == 0);
  return result;
}

cv::Mat Blur::by_kernels(const cv::Mat& pixels, const cv::Mat& valid) const {
  if (!valid.empty())
    return pixels.depth() == CV_8U ? in_bands<std::uint8_t>(pixels, valid) : in_bands<float>(pixels, valid);
  const int radius = static_cast<int>(kernel_.radius());
  cv::Mat result(pixels.size(), pixels.type());
  if (pixels.depth() == CV_8U) {
    std::vector<std::uint32_t> doubtful;
    Bordered<std::uint8_t>{pixels, radius, border_}.blur_rounded(kernel_, error_, result.ptr(), doubtful);
    decide(pixels, valid, doubtful, result);
  } else {
    Bordered<float>{pixels, radius, border_}.blur(kernel_, result.ptr<float>());
  }
  return result;
}

// Bands of rows, so that what is between pixels and result stays in the cache.
template <typename T>
cv::Mat Blur::in_bands(const cv::Mat& pixels, const cv::Mat& valid) const {
  constexpr bool bytes = std::is_same_v<T, std::uint8_t>;
  const int radius = static_cast<int>(kernel_.radius());
  // Of wide kernels a band is as high as its border, so that no row is copied often.
  const int height = std::max(16, 2 * radius);
  Bordered<T> image{pixels, radius, border_};
  const std::vector<const T*> originals{image.rows(), image.rows() + pixels.rows + 2 * radius};
  const Bordered<std::uint8_t> counts{valid, radius, border_};
  // The rows that were copied last, as many as a band has with its border; zero where there is padding.
  cv::Mat work(height + 2 * radius, pixels.cols, pixels.type());
  int copied = 0;
  Shares shares{valid, kernel_, border_};
  cv::Mat result(pixels.size(), pixels.type());
  std::vector<float> line(bytes ? static_cast<std::size_t>(height) * pixels.cols : 0);
  std::vector<std::uint32_t> doubtful;
  // What rounding may move two sums of so many terms, of values and of shares.
  const float error = static_cast<float>(2 * kernel_.weights.size() + 4) * 2 * 255 * 0x1p-24F;
  for (int first = 0; first < pixels.rows; first += height) {
    const cv::Range rows{first, std::min(first + height, pixels.rows)};
    for (; copied < rows.end + 2 * radius; ++copied) {
      T* to = work.ptr<T>(copied % work.rows);
      copy_valid(originals[copied], counts.rows()[copied], pixels.cols, to);
      image.replace(copied, to);
    }
    float* out = line.data();
    if constexpr (!bytes) out = result.ptr<float>(first);
    const cv::Range live = columns_of_image(valid, rows);
    if (!live.empty()) {
      const cv::Range wide = widened(live, (radius + 15) / 16 * 16, radius, pixels.cols);
      image.blur(rows, wide, kernel_, out + wide.start, pixels.cols);
      shares.band(rows, live, [&](int row, int begin, const float* share, int count) {
        normalise_blurred(out + static_cast<std::ptrdiff_t>(row - first) * pixels.cols + begin, share,
                          valid.ptr(row) + begin, pixels.ptr<T>(row) + begin, count);
      });
    }
    if constexpr (bytes)
      round_to_bytes(out, static_cast<std::size_t>(rows.size()) * pixels.cols, error, result.ptr(first),
                     doubtful, static_cast<std::size_t>(first) * pixels.cols);
    copy_outside(pixels, rows, live, result);
  }
  decide(pixels, valid, doubtful, result);
  return result;
}

// Sums in double at the given places.
void Blur::decide(const cv::Mat& pixels, const cv::Mat& valid, const std::vector<std::uint32_t>& doubtful,
                  cv::Mat& result) const {
  for (const std::uint32_t at : doubtful) {
    const int row = static_cast<int>(at) / pixels.cols, column = static_cast<int>(at) % pixels.cols;
    if (valid.empty() || valid.ptr(row)[column] != 0)
      result.ptr()[at] = cv::saturate_cast<std::uint8_t>(in_double(pixels, valid, row, column));
  }
}

// One pixel of bytes.
double Blur::in_double(const cv::Mat& pixels, const cv::Mat& valid, int row, int column) const {
  const int radius = static_cast<int>(kernel_.radius());
  const auto* weights = weights_.ptr<double>() + radius;
  const auto within = [this](int at, int length) {
    return at >= 0 && at < length ? at : cv::borderInterpolate(at, length, border_);
  };
  double sum = 0, share = 0;
  for (int i = -radius; i <= radius; ++i) {
    const int line = within(row + i, pixels.rows);
    const auto *values = pixels.ptr(line), *counts = valid.empty() ? nullptr : valid.ptr(line);
    double line_sum = 0, line_share = 0;
    for (int j = -radius; j <= radius; ++j) {
      const int at = within(column + j, pixels.cols);
      if (counts && counts[at] == 0) continue;
      line_sum += weights[j] * values[at];
      line_share += weights[j];
    }
    sum += weights[i] * line_sum;
    share += weights[i] * line_share;
  }
  return valid.empty() ? sum : sum / share;
}

}  // namespace radflow
