// Smoothing by the kernels of simd/blur.hpp, of an image whose border OpenCV's rules make up.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <type_traits>
#include <vector>

#include "nodes/imaging/simd/blur.hpp"

namespace radflow {

// An image of floats or bytes with its border, of which bands of rows are smoothed. One thread.
template <typename T>
class Bordered {
 public:
  Bordered(const cv::Mat& image, int radius, int border)
      : height_{image.rows}, columns_{image.cols}, border_{border} {
    rows_.reserve(static_cast<std::size_t>(image.rows + 2 * radius));
    for (int row = -radius; row < image.rows + radius; ++row)
      rows_.push_back(image.ptr<T>(cv::borderInterpolate(row, image.rows, border)));
  }
  // The given rows, of the given columns as if there were no others, to rows of floats whose first ones are `stride` apart.
  void blur(cv::Range rows, cv::Range columns, const BlurKernel& kernel, float* result,
            std::size_t stride) const {
    const int radius = static_cast<int>(kernel.radius());
    const std::vector<int>& beside = columns_beside(columns.size(), radius);
    std::vector<const T*>& from = from_;
    from.assign(rows_.begin() + rows.start, rows_.begin() + rows.end + 2 * radius);
    for (const T*& row : from) row += columns.start;
    if constexpr (std::is_same_v<T, float>)
      blur_floats(from.data(), rows.size(), columns.size(), beside.data(), kernel, result, stride);
    else
      blur_bytes(from.data(), rows.size(), columns.size(), beside.data(), kernel, result, stride);
  }
  // The whole image.
  void blur(const BlurKernel& kernel, float* result) const {
    blur({0, height_}, {0, columns_}, kernel, result, columns_);
  }
  void blur_rounded(const BlurKernel& kernel, float error, std::uint8_t* result,
                    std::vector<std::uint32_t>& doubtful) const {
    const std::vector<int>& beside = columns_beside(columns_, static_cast<int>(kernel.radius()));
    radflow::blur_rounded(rows_.data(), height_, columns_, beside.data(), kernel, error, result, doubtful);
  }
  void replace(int row, const T* by) { rows_[row] = by; }  // counted from the border
  const T* const* rows() const { return rows_.data(); }    // from the border
  int columns() const { return columns_; }

 private:
  const std::vector<int>& columns_beside(int columns, int radius) const {
    beside_.clear();
    for (int column = -radius; column < 0; ++column)
      beside_.push_back(cv::borderInterpolate(column, columns, border_));
    for (int column = columns; column < columns + radius; ++column)
      beside_.push_back(cv::borderInterpolate(column, columns, border_));
    return beside_;
  }

  int height_, columns_, border_;
  std::vector<const T*> rows_;
  // Of the last band: the next one uses their memory again.
  mutable std::vector<int> beside_;
  mutable std::vector<const T*> from_;
};

}  // namespace radflow
