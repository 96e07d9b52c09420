#include <algorithm>
#include <array>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/features/eight_neighbours.hpp"
#include "nodes/imaging/simd/float_neighbours.hpp"

namespace radflow {
namespace {

constexpr double offset = 0.70711;  // cos(45 degrees) to 5 digits

// Three rows of the picture with a border of zeros, in turns.
class Rows {
 public:
  Rows(const cv::Mat& pixels, std::size_t width)
      : pixels_{pixels}, width_{width}, right_(width), left_(width) {
    // Positions are added before the fraction is taken: its last digits depend on them.
    for (std::size_t i = 0; i < width; ++i) {
      const auto column = static_cast<double>(i);
      right_[i] = (column + offset) - column;
      left_[i] = (column - offset) - (column - 1);
    }
    for (auto& row : rows_)
      row = {std::vector<float>(width + 2, 0.0F), std::vector<double>(width), std::vector<double>(width)};
  }
  // Reads a row, -1 and the picture's height too, over what stands for the third one before it.
  void read(int row) {
    Row& to = rows_[(row + 3) % 3];
    if (row < 0 || row >= pixels_.rows)
      std::fill(to.pixels.begin(), to.pixels.end(), 0.0F);
    else
      std::memcpy(to.pixels.data() + 1, pixels_.ptr<float>(row), pixels_.cols * sizeof(float));
    interpolate_row(at(row), width_, {right_.data(), left_.data()});
  }
  InterpolatedRow at(int row) {
    Row& from = rows_[(row + 3) % 3];
    return {from.pixels.data() + 1, from.right.data(), from.left.data()};
  }

 private:
  struct Row {
    std::vector<float> pixels;  // from the place before the first column
    std::vector<double> right, left;
  };
  const cv::Mat& pixels_;
  std::size_t width_;
  std::vector<double> right_, left_;
  std::array<Row, 3> rows_;
};

}  // namespace

cv::Mat eight_neighbour_patterns_of_floats(const cv::Mat& pixels) {
  // Narrow pictures are computed with zeros beside them.
  const std::size_t width = std::max(static_cast<std::size_t>(pixels.cols), float_neighbour_lanes());
  const bool narrow = static_cast<int>(width) > pixels.cols;
  std::vector<std::uint8_t> line(width);
  cv::Mat result(pixels.size(), CV_8U);
  Rows rows{pixels, width};
  rows.read(-1);
  rows.read(0);
  for (int row = 0; row < pixels.rows; ++row) {
    rows.read(row + 1);
    const double place = row, up = (place - offset) - (place - 1), down = (place + offset) - place;
    std::uint8_t* patterns = narrow ? line.data() : result.ptr(row);
    float_neighbour_patterns(rows.at(row - 1), rows.at(row), rows.at(row + 1), up, down, width, patterns);
    if (narrow) std::copy_n(line.data(), pixels.cols, result.ptr(row));
  }
  return result;
}

}  // namespace radflow
