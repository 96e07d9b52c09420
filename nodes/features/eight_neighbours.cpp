#include "nodes/features/eight_neighbours.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/simd/diagonal.hpp"
#include "nodes/imaging/simd/diagonal_bits.hpp"
#include "nodes/imaging/simd/eight_neighbours.hpp"

namespace radflow {
namespace {

// How ties come out at a pixel that lies neither in row or column 0 or 1 nor in column 512, 1024, ...: the same for every
// centre and every difference, and for all columns until the next such one.
template <Diagonal at>
int tie_sign(int row, int column) {
  const double dr = fraction(row, at.row), dc = fraction(column, at.column);
  const bool right_higher = interpolated<at>(dr, dc, 100, 101, 99, 100) >= 100;
  const bool right_lower = interpolated<at>(dr, dc, 100, 99, 101, 100) >= 100;
  return (right_higher ? 1 : 0) - (right_lower ? 1 : 0);
}
TieSigns tie_signs(int row, int column) {
  return {tie_sign<diagonals[0]>(row, column), tie_sign<diagonals[1]>(row, column),
          tie_sign<diagonals[2]>(row, column), tie_sign<diagonals[3]>(row, column)};
}

// The first position behind `position` where ties come out differently than before it, or are decided one by one.
int next_change(int position) {
  return position < 512 ? 512 : static_cast<int>(std::bit_ceil(position + 1U));
}
bool single(int position) { return position < 2 || (position >= 512 && std::has_single_bit(position + 0U)); }

// The picture with a border of zeros, wide enough for a strip that begins anywhere in it.
class Padded {
 public:
  Padded(const cv::Mat& pixels, int strip)
      : size_{pixels.size()}, strip_{strip}, copy_(pixels.rows + 2, pixels.cols + strip + 2, CV_8U) {
    rows_.reserve(static_cast<std::size_t>(copy_.rows));
    for (int row = -1; row <= pixels.rows; ++row) {
      std::uint8_t* line = copy_.ptr(row + 1);
      rows_.push_back(line);
      const int count = row < 0 || row == pixels.rows ? 0 : pixels.cols;
      line[0] = 0;
      if (count > 0) std::memcpy(line + 1, pixels.ptr(row), count);
      std::memset(line + 1 + count, 0, copy_.cols - 1 - count);
    }
  }
  const std::uint8_t* at(int row, int column) const { return rows_[row + 1] + column + 1; }

  // Rows `first` to before `last` of the columns from `begin`, at most a strip.
  void patterns(int first, int last, int begin, const TieSigns& signs, cv::Mat& result) const {
    if (begin + strip_ <= size_.width) {
      eight_neighbour_patterns(rows_.data(), first + 1, last + 1, begin + 1, signs, result.ptr(first) + begin,
                               result.step);
      return;
    }
    cv::Mat out(last - first, strip_, CV_8U);
    eight_neighbour_patterns(rows_.data(), first + 1, last + 1, begin + 1, signs, out.ptr(), out.step);
    out.colRange(0, size_.width - begin)
        .copyTo(result(cv::Range{first, last}, cv::Range{begin, size_.width}));
  }

 private:
  cv::Size size_;
  int strip_;
  cv::Mat copy_;
  std::vector<const std::uint8_t*> rows_;  // from row -1
};

// The diagonal bits of a line of pixels, a row or a column, in doubles whatever is there: no branch waits for pixels.
class LineInDoubles {
 public:
  explicit LineInDoubles(int count) : count_{count}, bits_(count), numbers_(3 * (std::size_t(count) + 2)) {}
  // The line itself (1), the one before it (0) and behind it (2), from the place before its first pixel.
  double* line(int which) { return numbers_.data() + which * (count_ + 2); }
  void decide(LineOf what, int across, std::uint8_t* patterns, std::size_t step) {
    diagonal_bits({line(0), line(1), line(2)}, count_, what, across, bits_.data());
    for (int i = 0; i < count_; ++i, patterns += step)
      *patterns = static_cast<std::uint8_t>((*patterns & 0b01010101) | bits_[i]);
  }

 private:
  int count_;
  std::vector<std::uint8_t> bits_;
  std::vector<double> numbers_;
};

void decide_row(const Padded& padded, int row, LineInDoubles& line, cv::Mat& result) {
  for (int which = 0; which < 3; ++which)
    std::copy_n(padded.at(row - 1 + which, -1), result.cols + 2, line.line(which));
  line.decide(LineOf::Row, row, result.ptr(row), 1);
}
void decide_column(const Padded& padded, int column, LineInDoubles& line, cv::Mat& result) {
  for (int row = -1; row <= result.rows; ++row)
    for (int which = 0; which < 3; ++which) line.line(which)[row + 1] = padded.at(row, column)[which - 1];
  line.decide(LineOf::Column, column, result.ptr() + column, result.step);
}

}  // namespace

cv::Mat eight_neighbour_patterns(const cv::Mat& pixels) {
  const int strip = static_cast<int>(eight_neighbour_strip()), width = pixels.cols;
  const Padded padded{pixels, strip};
  cv::Mat result(pixels.size(), CV_8U);
  for (int first = 0; first < pixels.rows;) {
    // Rows 512, 1024, ... are rows of their own.
    const int last = std::min(first >= 512 && single(first) ? first + 1 : next_change(first), pixels.rows);
    for (int begin = 0; begin < width; begin += strip) {
      // The last strip overlaps the one before it where ties come out the same in both.
      if (width <= 512 && begin + strip > width && width >= strip) begin = width - strip;
      // Within a strip all columns but its first lie between the same changes.
      padded.patterns(first, last, begin, tie_signs(std::max(first, 2), std::max(begin + 1, 2)), result);
    }
    first = last;
  }
  LineInDoubles across{width}, down{pixels.rows};
  for (int row = 0; row < std::min(pixels.rows, 2); ++row) decide_row(padded, row, across, result);
  for (int column = 0; column < std::min(width, 2); ++column) decide_column(padded, column, down, result);
  for (int column = 512; column < width; column *= 2) decide_column(padded, column, down, result);
  return result;
}

}  // namespace radflow
