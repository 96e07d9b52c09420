#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/features/eight_neighbours.hpp"
#include "nodes/imaging/simd/float_bytes.hpp"
#include "nodes/imaging/simd/float_neighbours.hpp"
#include "nodes/imaging/simd/interpolated_rows.hpp"

namespace radflow {
namespace {

constexpr double offset = 0.70711;  // cos(45 degrees) to 5 digits
// Rows and columns up to which doubles give the weights so well that integers decide.
constexpr int most_positions = 1 << 16;

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
    Row& to = of(row);
    to.interpolated = false;
    if (row < 0 || row >= pixels_.rows) {
      std::fill(to.pixels.begin(), to.pixels.end(), 0.0F);
      to.largest = 0;
    } else {
      const CopiedRow copied = copy_pixels(pixels_.ptr<float>(row), pixels_.cols, to.pixels.data() + 1);
      to.largest = copied.largest;
      integers_ = integers_ && copied.small_integers;
    }
  }

  void patterns(int row, std::uint8_t* patterns) {
    if (!in_float(row, patterns)) {
      in_double(row, 0, width_, patterns);
      return;
    }
    for (const std::uint32_t column : doubtful_)
      in_double(row, column, float_neighbour_lanes(), patterns + column);
  }

 private:
  struct Row {
    std::vector<float> pixels;  // from the place before the first column
    std::vector<double> right, left;
    bool interpolated = false;  // from end to end
    float largest = 0;          // without its sign
  };
  Row& of(int row) { return rows_[(row + 3) % 3]; }
  const float* pixels(int row) { return of(row).pixels.data() + 1; }

  // Where a row had too many ties, the next ones are likely to have them too, and floats are tried in vain.
  bool in_float(int row, std::uint8_t* patterns) {
    if (rows_in_double_ > 0) {
      --rows_in_double_;
      return false;
    }
    const bool done = tried_in_float(row, patterns);
    if (!done) rows_in_double_ = 15;
    return done;
  }
  bool tried_in_float(int row, std::uint8_t* patterns) {
    if (integers_ && row < most_positions && width_ < most_positions)
      return integer_neighbour_patterns(pixels(row - 1), pixels(row), pixels(row + 1), width_, patterns,
                                        doubtful_);
    const float largest = std::max({of(row - 1).largest, of(row).largest, of(row + 1).largest});
    // Sums of differences and their product with w / (1 - w) are off by up to 32 * 2^-24 of the largest pixel, and doubles by
    // far less. Where all are zero nothing is rounded.
    const float unsure = largest == 0 ? 0 : std::max(40 * 0x1p-24F * largest, 1e-30F);
    return largest < 1e37F && float_neighbour_patterns_in_float(pixels(row - 1), pixels(row), pixels(row + 1),
                                                                unsure, width_, patterns, doubtful_);
  }
  InterpolatedRow interpolated(int row, std::size_t begin, std::size_t count) {
    Row& from = of(row);
    const InterpolatedRow part{pixels(row) + begin, from.right.data() + begin, from.left.data() + begin};
    if (!from.interpolated) interpolate_row(part, count, {right_.data() + begin, left_.data() + begin});
    from.interpolated = from.interpolated || count == width_;
    return part;
  }
  void in_double(int row, std::size_t begin, std::size_t count, std::uint8_t* patterns) {
    const double place = row, up = (place - offset) - (place - 1), down = (place + offset) - place;
    float_neighbour_patterns(interpolated(row - 1, begin, count), interpolated(row, begin, count),
                             interpolated(row + 1, begin, count), up, down, count, patterns);
  }

  const cv::Mat& pixels_;
  std::size_t width_;
  std::vector<double> right_, left_;
  std::array<Row, 3> rows_;
  bool integers_ = true;    // all rows until now hold small integers
  int rows_in_double_ = 0;  // how many are still to come
  std::vector<std::uint32_t> doubtful_;
};

// False at the first row that holds anything but integers from 0 to 255.
bool as_bytes(const cv::Mat& pixels, cv::Mat& bytes) {
  bytes.create(pixels.size(), CV_8U);
  for (int row = 0; row < pixels.rows; ++row)
    if (!bytes_of_floats(pixels.ptr<float>(row), pixels.cols, bytes.ptr(row))) return false;
  return true;
}

}  // namespace

cv::Mat eight_neighbour_patterns_of_floats(const cv::Mat& pixels) {
  // Both are the same in doubles, and bytes need no doubles for ties.
  if (cv::Mat bytes; as_bytes(pixels, bytes)) return eight_neighbour_patterns(bytes);
  // Narrow pictures are computed with zeros beside them.
  const std::size_t width = std::max(static_cast<std::size_t>(pixels.cols), 2 * float_neighbour_lanes());
  const bool narrow = static_cast<int>(width) > pixels.cols;
  std::vector<std::uint8_t> line(width);
  cv::Mat result(pixels.size(), CV_8U);
  Rows rows{pixels, width};
  rows.read(-1);
  rows.read(0);
  for (int row = 0; row < pixels.rows; ++row) {
    rows.read(row + 1);
    rows.patterns(row, narrow ? line.data() : result.ptr(row));
    if (narrow) std::copy_n(line.data(), pixels.cols, result.ptr(row));
  }
  return result;
}

}  // namespace radflow
