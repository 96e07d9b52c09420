// Between a centre c and its diagonal neighbour d lie h and v, and the interpolated value is
//   w w d + w (1 - w) (h + v) + (1 - w) (1 - w) c
// with w = 0.70711. It is at least c where w D + (1 - w) E >= 0, with D = d - c and
// E = (h - c) + (v - c): where E + floor(D w / (1 - w)) >= 0, because D w / (1 - w) is no integer for 0 < |D|
// < 29289. In doubles the same comes out, except where both sides are equal (D = E = 0): there the rounding
// of scikit-image's order of operations decides, so such pixels are done again in
// doubles. Where c = 0 nothing is rounded.
#include "nodes/features/eight_neighbours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace radflow {
namespace {

constexpr double offset = 0.70711;  // cos(45 degrees) to 5 digits
constexpr int far_weight = 70711, near_weight = 29289;
constexpr int slope = 27148;  // (far / near - 2) in 1/65536, as a 16-bit multiplication's upper half takes it

constexpr int floor_of_ratio(int d) { return 2 * d + ((d * slope) >> 16); }
constexpr bool exact_for_all_differences() {
  for (int d = -255; d <= 255; ++d) {
    const int floor = floor_of_ratio(d);
    if (floor * near_weight > d * far_weight || (floor + 1) * near_weight <= d * far_weight) return false;
  }
  return true;
}
static_assert(exact_for_all_differences());

// Rows of the padded image around one row of the result; position -1 and the width are there too.
struct Rows {
  const std::uint8_t* above;
  const std::uint8_t* centre;
  const std::uint8_t* below;
};

// The patterns of one row, and in `ties` the diagonal bits that doubles have to decide.
[[gnu::always_inline]] inline void integer_patterns_of(const Rows& rows, int width, std::uint8_t* patterns,
                                                       std::uint8_t* ties) {
  const auto* above = rows.above;
  const auto* centre = rows.centre;
  const auto* below = rows.below;
  for (int i = 0; i < width; ++i) {
    const auto c = static_cast<std::int16_t>(centre[i]);
    const auto right = static_cast<std::int16_t>(centre[i + 1] - c),
               left = static_cast<std::int16_t>(centre[i - 1] - c);
    const auto top = static_cast<std::int16_t>(above[i] - c),
               bottom = static_cast<std::int16_t>(below[i] - c);
    std::int16_t pattern =
        (right >= 0 ? 1 : 0) | (top >= 0 ? 4 : 0) | (left >= 0 ? 16 : 0) | (bottom >= 0 ? 64 : 0);
    std::int16_t tie = 0;
    const auto diagonal = [&](std::uint8_t pixel, std::int16_t e1, std::int16_t e2, std::int16_t bit) {
      const auto d = static_cast<std::int16_t>(pixel - c), e = static_cast<std::int16_t>(e1 + e2);
      const auto floor = static_cast<std::int16_t>(2 * d + static_cast<std::int16_t>((d * slope) >> 16));
      pattern |= static_cast<std::int16_t>(e + floor) >= 0 ? bit : 0;
      tie |= (d | e) == 0 ? bit : 0;
    };
    diagonal(above[i + 1], right, top, 2);
    diagonal(above[i - 1], left, top, 8);
    diagonal(below[i - 1], left, bottom, 32);
    diagonal(below[i + 1], right, bottom, 128);
    tie = c == 0 ? 0 : tie;
    patterns[i] = static_cast<std::uint8_t>(pattern);
    ties[i] = static_cast<std::uint8_t>(tie);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void integer_patterns_avx2(const Rows& rows, int width, std::uint8_t* patterns,
                                                   std::uint8_t* ties) {
  integer_patterns_of(rows, width, patterns, ties);
}
const bool has_avx2 = __builtin_cpu_supports("avx2");
#endif

// How many pixels have ties.
int integer_patterns(const Rows& rows, int width, std::uint8_t* patterns, std::uint8_t* ties) {
#if defined(__x86_64__)
  if (has_avx2)
    integer_patterns_avx2(rows, width, patterns, ties);
  else
#endif
    integer_patterns_of(rows, width, patterns, ties);
  return width - static_cast<int>(std::count(ties, ties + width, 0));
}

// In scikit-image's order of operations.
double interpolated(double dr, double dc, double upper_left, double upper_right, double lower_left,
                    double lower_right) {
  const double top = (1 - dc) * upper_left + dc * upper_right;
  const double bottom = (1 - dc) * lower_left + dc * lower_right;
  return (1 - dr) * top + dr * bottom;
}

// The diagonal bits of one row in doubles.
class Diagonals {
 public:
  explicit Diagonals(int width) : right_(width), left_(width), sums_(width) {
    // Positions are added before the fraction is taken: its last digits depend on them.
    for (int c = 0; c < width; ++c) {
      right_[c] = (c + offset) - c;
      left_[c] = (c - offset) - (c - 1);
    }
    for (std::vector<double>& line : lines_) line.resize(width + 2);
  }

  // Decides one pixel, and only the bits in `ties`.
  void decide(const Rows& rows, int row, int c, std::uint8_t ties, std::uint8_t* patterns) const {
    for_each_diagonal(rows.above, rows.centre, rows.below, row,
                      [&](auto* upper, auto* lower, double dr, auto& fraction, int left, int bit) {
                        if ((ties & bit) == 0) return;
                        const int l = c + left;
                        const double value =
                            interpolated(dr, fraction[c], upper[l], upper[l + 1], lower[l], lower[l + 1]);
                        if (value - rows.centre[c] < 0) patterns[c] &= static_cast<std::uint8_t>(~bit);
                      });
  }

  // Decides a whole row.
  void decide(const Rows& rows, int row, std::uint8_t* patterns) {
    const int width = static_cast<int>(sums_.size());
    const std::uint8_t* from[] = {rows.above, rows.centre, rows.below};
    for (int line = 0; line < 3; ++line) std::copy_n(from[line] - 1, width + 2, lines_[line].begin());
    std::fill(sums_.begin(), sums_.end(), 0.0);
    const double* centre = lines_[1].data() + 1;
    double* sums = sums_.data();
    for_each_diagonal(lines_[0].data() + 1, centre, lines_[2].data() + 1, row,
                      [&](auto* upper, auto* lower, double dr, auto& fraction, int left, int bit) {
                        const double *u = upper + left, *l = lower + left, *dc = fraction.data();
                        const double weight = bit;
                        for (int c = 0; c < width; ++c)
                          sums[c] += interpolated(dr, dc[c], u[c], u[c + 1], l[c], l[c + 1]) - centre[c] >= 0
                                         ? weight
                                         : 0.0;
                      });
    for (int c = 0; c < width; ++c)
      patterns[c] = static_cast<std::uint8_t>((patterns[c] & 0b01010101) | static_cast<int>(sums[c]));
  }

 private:
  // call(upper row, lower row, fraction of row, fractions of columns, step to the left column, bit)
  template <typename T, typename Call>
  void for_each_diagonal(const T* above, const T* centre, const T* below, int row, Call&& call) const {
    const double up = (row - offset) - (row - 1), down = (row + offset) - row;
    call(above, centre, up, right_, 0, 2);
    call(above, centre, up, left_, -1, 8);
    call(centre, below, down, left_, -1, 32);
    call(centre, below, down, right_, 0, 128);
  }

  std::vector<double> right_;  // fraction of column of the diagonal neighbours, by the centre's column
  std::vector<double> left_;
  std::vector<double> sums_;                  // what the bits of a row sum to
  std::array<std::vector<double>, 3> lines_;  // the three rows of pixels
};

}  // namespace

cv::Mat eight_neighbour_patterns(const cv::Mat& pixels) {
  cv::Mat padded;
  cv::copyMakeBorder(pixels, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar{0});
  const int width = pixels.cols;
  Diagonals diagonals{width};
  std::vector<std::uint8_t> ties(width + 7);  // read in eights
  cv::Mat result(pixels.size(), CV_8U);
  for (int row = 0; row < result.rows; ++row) {
    const Rows rows{padded.ptr(row) + 1, padded.ptr(row + 1) + 1, padded.ptr(row + 2) + 1};
    auto* patterns = result.ptr<std::uint8_t>(row);
    const int tied = integer_patterns(rows, width, patterns, ties.data());
    if (tied > width / 16) {
      diagonals.decide(rows, row, patterns);
    } else if (tied > 0) {
      for (int begin = 0; begin < width; begin += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, ties.data() + begin, sizeof eight);
        for (int c = begin; eight != 0 && c < begin + 8; ++c)
          if (ties[c] != 0) diagonals.decide(rows, row, c, ties[c], patterns);
      }
    }
  }
  return result;
}

}  // namespace radflow
