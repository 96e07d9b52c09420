// The gradients of a row of pixels, and the bins of their angles: by loops over vectors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "nodes/imaging/simd/gradients.hpp"

namespace radflow {

struct Gradients {
  explicit Gradients(int columns) : across(columns), down(columns), length(columns), bin(columns) {}

  // Of the first columns of a row of doubles or bytes: differences of the neighbours on both sides, 0 at the frame's edge.
  // `bins_per_degree`: of half a circle.
  void read(const cv::Mat& values, int row, double bins_per_degree) {
    const bool edge = row == 0 || row == values.rows - 1;
    const int above = edge ? row : row - 1, below = edge ? row : row + 1;
    const auto per_degree = static_cast<float>(bins_per_degree);
    above_ = below_ = nullptr;
    if (values.depth() == CV_8U)
      read_bytes(values, values.ptr(above), values.ptr(row), values.ptr(below), per_degree);
    else
      read_doubles(values, values.ptr<double>(above), values.ptr<double>(row), values.ptr<double>(below),
                   per_degree);
  }

  struct Difference {
    double across, down;
  };
  Difference difference(std::size_t i) const {
    if (above_ == nullptr) return {across[i], down[i]};
    return {static_cast<double>(line_[i + 2] - line_[i]), static_cast<double>(below_[i] - above_[i])};
  }

  // Adds the lengths to the sums of a row of cells, [cell][bin]. Each cell's pixels come in their order, but by turns with
  // those of other cells: a sum need not wait for the one before it.
  void add_to(double* sums, int cell, int bins) const {
    int inside = 0;
    for (; inside + 4 <= cell; inside += 4) add<4>(sums, inside, cell, bins);
    for (; inside < cell; ++inside) add<1>(sums, inside, cell, bins);
  }

  std::vector<double> across, down;  // filled for doubles only
  std::vector<double> length;
  std::vector<std::int32_t> bin;  // -1 where it, and the length too, must be worked out otherwise

 private:
  void read_doubles(const cv::Mat& values, const double* above, const double* line, const double* below,
                    float bins_per_degree) {
    const int count = static_cast<int>(across.size());
    for (int i = 0; i < count; ++i) down[i] = below[i] - above[i];
    if (above == below) std::fill(down.begin(), down.end(), 0.0);  // what is not finite less itself is NaN
    across[0] = 0;
    for (int i = 1; i < std::min(count, values.cols - 1); ++i) across[i] = line[i + 1] - line[i - 1];
    if (count == values.cols) across[count - 1] = 0;
    measure_gradients(across.data(), down.data(), across.size(), bins_per_degree, length.data(), bin.data());
  }
  void read_bytes(const cv::Mat& values, const std::uint8_t* above, const std::uint8_t* line,
                  const std::uint8_t* below, float bins_per_degree) {
    // Beside the first and the last pixel stands the neighbour on their other side.
    const int last = values.cols - 1;
    above_ = above, below_ = below;
    line_.resize(static_cast<std::size_t>(values.cols) + 2);
    std::copy_n(line, values.cols, line_.data() + 1);
    line_.front() = line[std::min(1, last)];
    line_.back() = line[std::max(last - 1, 0)];
    measure_gradients(above, line_.data(), below, across.size(), bins_per_degree, length.data(), bin.data());
  }

  template <int many>
  void add(double* sums, std::size_t begin, int cell, int bins) const {
    const double* const lengths = length.data();
    const std::int32_t* const in = bin.data();
    for (std::size_t i = begin, count = bin.size(); i < count; i += cell, sums += bins)
      for (std::size_t k = i; k < i + many; ++k) sums[in[k]] += lengths[k];
  }

  std::vector<std::uint8_t> line_;                          // from the place before the first pixel
  const std::uint8_t *above_ = nullptr, *below_ = nullptr;  // rows of bytes; null for doubles
};

}  // namespace radflow
