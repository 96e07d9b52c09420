#include "nodes/features/local_binary_pattern.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "nodes/features/eight_neighbours.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/simd/eight_neighbours.hpp"

namespace radflow {
namespace {

// numpy.round(value, 5).
double rounded(double value) { return std::rint(value * 1e5) / 1e5; }

std::uint32_t rotated_to_least(std::uint32_t pattern, int points) {
  std::uint32_t least = pattern;
  for (int i = 1; i < points; ++i) {
    pattern = (pattern >> 1) | ((pattern & 1) << (points - 1));
    least = std::min(least, pattern);
  }
  return least;
}

// Changes between 0 and 1 from the first neighbour to the last; scikit-image does not close the circle.
int changes(std::uint32_t pattern, int points) {
  return std::popcount((pattern ^ (pattern >> 1)) & ((1U << (points - 1)) - 1));
}

// 0 and points * (points - 1) + 1 for the constant patterns,
// points * (points - 1) + 2 for what is not uniform.
std::uint32_t non_rotation_invariant(std::uint32_t pattern, int points) {
  if (changes(pattern, points) > 2) return points * (points - 1) + 2;
  const int ones = std::popcount(pattern);
  if (ones == 0) return 0;
  if (ones == points) return points * (points - 1) + 1;
  const int first_one = std::countr_zero(pattern), first_zero = std::countr_one(pattern);
  return 1 + (ones - 1) * points + (first_one == 0 ? ones - first_zero : points - first_one);
}

int levels_of(LocalBinaryPattern::Method method, int points) {
  switch (method) {
    case LocalBinaryPattern::Method::Default:
    case LocalBinaryPattern::Method::Ror:
      return 1 << points;
    case LocalBinaryPattern::Method::Uniform:
      return points + 2;
    case LocalBinaryPattern::Method::NriUniform:
      return points * (points - 1) + 3;
    case LocalBinaryPattern::Method::Var:
      return 0;
  }
  return 0;
}

int depth_for(int levels) { return levels <= 256 ? CV_8U : levels <= 65536 ? CV_16U : CV_32S; }

}  // namespace

// One row of the result in the making.
struct LocalBinaryPattern::Line {
  Line(int width, const std::vector<Neighbour>& neighbours)
      : pattern(width), sum(width), squares(width), fractions(neighbours.size(), std::vector<double>(width)) {
    // Positions are added to the neighbour's before the fraction is taken: its last digits depend on them.
    for (std::size_t i = 0; i < neighbours.size(); ++i)
      for (int c = 0; c < width; ++c)
        fractions[i][c] = (c + neighbours[i].column) - (c + std::floor(neighbours[i].column));
  }
  void clear() {
    for (auto* values : {&pattern, &sum, &squares}) std::fill(values->begin(), values->end(), 0.0);
  }
  // value(c) is the neighbour of column c.
  template <typename Value>
  void add_bit(Value value, const double* centre, double bit) {
    double* to = pattern.data();
    for (int c = 0; c < static_cast<int>(pattern.size()); ++c) to[c] += value(c) - centre[c] >= 0 ? bit : 0.0;
  }
  template <typename Value>
  void add_moments(Value value) {
    for (std::size_t c = 0; c < sum.size(); ++c) {
      const double texture = value(static_cast<int>(c));
      sum[c] += texture;
      squares[c] += texture * texture;
    }
  }

  std::vector<double> pattern;  // sum of 2^i
  std::vector<double> sum;      // sums of the neighbours and of their squares, for Var
  std::vector<double> squares;
  std::vector<std::vector<double>> fractions;  // one list per neighbour, one entry per column
};

LocalBinaryPattern::LocalBinaryPattern(int points, double radius, Method method)
    : method_{method},
      levels_{levels_of(method, points)},
      border_{static_cast<int>(std::ceil(radius)) + 1},
      eight_around_{points == 8 && radius == 1 && method != Method::Var} {
  const double r = static_cast<float>(radius);  // scikit-image takes it as float
  for (int i = 0; i < points; ++i) {
    const double angle = 2 * std::numbers::pi * i / points;
    neighbours_.push_back({rounded(-r * std::sin(angle)), rounded(r * std::cos(angle))});
  }
  if (points <= 16 && method != Method::Var)
    for (std::uint32_t pattern = 0; pattern < 1U << points; ++pattern)
      codes_.push_back(static_cast<int>(code(pattern)));
  if (eight_around_) cv::Mat{codes_, true}.convertTo(eight_codes_, CV_8U);
}

std::uint32_t LocalBinaryPattern::code(std::uint32_t pattern) const {
  const int points = static_cast<int>(neighbours_.size());
  switch (method_) {
    case Method::Ror:
      return rotated_to_least(pattern, points);
    case Method::Uniform:
      return changes(pattern, points) <= 2 ? std::popcount(pattern) : points + 1;
    case Method::NriUniform:
      return non_rotation_invariant(pattern, points);
    default:
      return pattern;
  }
}

void LocalBinaryPattern::add_neighbours(const cv::Mat& padded, int row, Line& line) const {
  const double* centre = padded.ptr<double>(row + border_) + border_;
  for (std::size_t i = 0; i < neighbours_.size(); ++i) {
    const double y = row + neighbours_[i].row, top = std::floor(y), dr = y - top;
    const double left = std::floor(neighbours_[i].column);
    const auto pixels_at = [&](double of_row) {
      return padded.ptr<double>(static_cast<int>(of_row) + border_) + border_ + static_cast<int>(left);
    };
    const double *above = pixels_at(top), *below = pixels_at(std::ceil(y));
    const int right = std::ceil(neighbours_[i].column) > left ? 1 : 0;
    const double* fraction = line.fractions[i].data();
    const auto add_all = [&](auto value) {
      if (method_ == Method::Var)
        line.add_moments(value);
      else
        line.add_bit(value, centre, std::exp2(static_cast<double>(i)));
    };
    if (dr == 0 && right == 0) {  // a pixel's centre
      add_all([=](int c) { return above[c]; });
    } else {
      add_all([=](int c) {
        const double dc = fraction[c];
        const double upper = (1 - dc) * above[c] + dc * above[c + right];
        const double lower = (1 - dc) * below[c] + dc * below[c + right];
        return (1 - dr) * upper + dr * lower;
      });
    }
  }
}

cv::Mat LocalBinaryPattern::operator()(const cv::Mat& pixels) const {
  if (eight_around_ && (pixels.depth() == CV_8U || pixels.depth() == CV_32F)) {
    const cv::Mat patterns = pixels.depth() == CV_8U ? eight_neighbour_patterns(pixels)
                                                     : eight_neighbour_patterns_of_floats(pixels);
    if (method_ == Method::Default) return patterns;
    cv::Mat codes(patterns.size(), CV_8U);
    if (method_ == Method::Uniform) {
      uniform_codes_of_eight(patterns.ptr(), patterns.total(), codes.ptr());
      return codes;
    }
    cv::LUT(patterns, eight_codes_, codes);
    return codes;
  }
  cv::Mat padded;
  pixels.convertTo(padded, CV_64F);
  cv::copyMakeBorder(padded, padded, border_, border_, border_, border_, cv::BORDER_CONSTANT, cv::Scalar{0});

  const double points = static_cast<double>(neighbours_.size());
  cv::Mat result(pixels.size(), method_ == Method::Var ? CV_64F : depth_for(levels_));
  for_depth(result.depth(), [&](auto zero) {
    using T = decltype(zero);
    Line line{result.cols, neighbours_};
    for (int row = 0; row < result.rows; ++row) {
      line.clear();
      add_neighbours(padded, row, line);
      T* out = result.ptr<T>(row);
      for (int c = 0; c < result.cols; ++c) {
        if (method_ == Method::Var) {
          const double variance = (line.squares[c] - line.sum[c] * line.sum[c] / points) / points;
          out[c] = variance != 0 ? static_cast<T>(variance) : std::numeric_limits<T>::quiet_NaN();
        } else {
          const auto pattern = static_cast<std::uint32_t>(line.pattern[c]);
          out[c] = static_cast<T>(codes_.empty() ? code(pattern) : codes_[pattern]);
        }
      }
    }
  });
  return result;
}

cv::Mat LocalBinaryPattern::valid(const cv::Mat& mask) const {
  cv::Mat footprint(2 * border_ + 1, 2 * border_ + 1, CV_8U, cv::Scalar{0});
  footprint.at<std::uint8_t>(border_, border_) = 1;
  for (const auto& [row, column] : neighbours_)
    for (const double r : {std::floor(row), std::ceil(row)})
      for (const double c : {std::floor(column), std::ceil(column)})
        footprint.at<std::uint8_t>(border_ + static_cast<int>(r), border_ + static_cast<int>(c)) = 1;
  cv::Mat eroded;
  cv::erode(mask, eroded, footprint);
  return eroded;
}

Choices<LocalBinaryPattern::Method> choices_of(LocalBinaryPattern::Method) {
  using Method = LocalBinaryPattern::Method;
  return {
      {Method::Default, "default", "The pattern itself."},
      {Method::Ror, "ror", "The pattern, turned to the least."},
      {Method::Uniform, "uniform", "The ones of a pattern with at most 2 changes; all others are one code."},
      {Method::NriUniform, "nri_uniform", "The same, each turn with a code of its own."},
      {Method::Var, "var", "The variance of the neighbours."}};
}

}  // namespace radflow
