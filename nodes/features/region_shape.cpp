#include "nodes/features/region_shape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace radflow {
namespace {

// Places in half pixels, so that the middles of edges are whole numbers.
struct Half {
  long long x = 0, y = 0;
  bool operator<(const Half& other) const { return x != other.x ? x < other.x : y < other.y; }
};

long long cross(const Half& o, const Half& a, const Half& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

// The middles of the edges between a pixel of the image and one that is none.
std::vector<Half> edge_middles(const cv::Mat& image) {
  std::vector<Half> middles;
  const auto is_in = [&](int row, int column) {
    return row >= 0 && column >= 0 && row < image.rows && column < image.cols && *image.ptr(row, column) != 0;
  };
  for (int row = 0; row < image.rows; ++row)
    for (int column = 0; column < image.cols; ++column) {
      if (!is_in(row, column)) continue;
      for (const auto& [down, right] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}})
        if (!is_in(row + down, column + right)) middles.push_back({2LL * column + right, 2LL * row + down});
    }
  return middles;
}

// Corners of the convex hull, counter-clockwise (A. Andrew's monotone chain, 1979).
std::vector<Half> hull_of(std::vector<Half> points) {
  std::sort(points.begin(), points.end());
  std::vector<Half> hull;
  const auto go = [&](const Half& point, std::size_t least) {
    while (hull.size() >= least + 2 && cross(hull[hull.size() - 2], hull.back(), point) <= 0) hull.pop_back();
    hull.push_back(point);
  };
  for (const Half& point : points) go(point, 0);
  const std::size_t lower = hull.size() - 1;
  hull.pop_back();
  for (auto point = points.rbegin(); point != points.rend(); ++point) go(*point, lower);
  hull.pop_back();
  return hull;
}

// The columns of a row whose pixels have their middle in the hull, as [first, behind the last).
std::pair<long long, long long> columns_in(const std::vector<Half>& hull, long long row, long long columns) {
  long long first = 0, end = columns;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const Half &from = hull[i], &to = hull[(i + 1) % hull.size()];
    // Left of the edge or on it, where 2 * column * down <= most.
    const long long down = to.y - from.y, most = (to.x - from.x) * (2 * row - from.y) + down * from.x;
    const auto quotient = static_cast<double>(most) / static_cast<double>(2 * down);
    if (down > 0) end = std::min(end, static_cast<long long>(std::floor(quotient)) + 1);
    if (down < 0) first = std::max(first, static_cast<long long>(std::ceil(quotient)));
    if (down == 0 && most < 0) return {0, 0};
  }
  return {first, std::max(first, end)};
}

}  // namespace

RegionShape::RegionShape(const cv::Mat& region, const Spacing& spacing) : spacing_{spacing} {
  region_ = region(cv::boundingRect(region)).clone();
  region_.setTo(1, region_ != 0);
  const cv::Moments m = cv::moments(region_, true);
  pixels_ = m.m00;
  const double across = m.mu20 / m.m00 * spacing.column * spacing.column;
  const double down = m.mu02 / m.m00 * spacing.row * spacing.row;
  const double both = m.mu11 / m.m00 * spacing.row * spacing.column;
  const double middle = (across + down) / 2, reach = std::hypot((across - down) / 2, both);
  major_ = std::max(middle + reach, 0.0);
  minor_ = std::max(middle - reach, 0.0);
  // From the direction of the columns to the major axis, counter-clockwise.
  orientation_ = across == down ? (both > 0 ? std::numbers::pi / 4 : -std::numbers::pi / 4)
                                : 0.5 * std::atan2(2 * both, down - across);
}

double RegionShape::of(ShapeFeature which) const {
  const double pixel = spacing_.row * spacing_.column;
  switch (which) {
    case ShapeFeature::Area:
      return pixels_ * pixel;
    case ShapeFeature::Perimeter:
      return perimeter();
    case ShapeFeature::MajorAxis:
      return 4 * std::sqrt(major_);
    case ShapeFeature::MinorAxis:
      return 4 * std::sqrt(minor_);
    case ShapeFeature::Eccentricity:
      return major_ == 0 ? 0 : std::sqrt(1 - minor_ / major_);
    case ShapeFeature::Orientation:
      return orientation_;
    case ShapeFeature::EquivalentDiameter:
      return std::sqrt(4 * pixels_ * pixel / std::numbers::pi);
    case ShapeFeature::Extent:
      return pixels_ / static_cast<double>(region_.total());
    case ShapeFeature::Solidity:
      return pixels_ / cv::countNonZero(convex_hull());
    case ShapeFeature::FeretDiameter:
      return feret_diameter();
    case ShapeFeature::EulerNumber:
      return euler_number();
  }
  return std::nan("");
}

// K. Benkrid, D. Crookes: Design and FPGA implementation of a perimeter estimator (2000): each pixel of the border counts by
// how many others of the border lie beside it and across from it.
double RegionShape::perimeter() const {
  if (std::abs(spacing_.row - spacing_.column) > 1e-9 * spacing_.row) return std::nan("");
  cv::Mat padded, inner;
  cv::copyMakeBorder(region_, padded, 2, 2, 2, 2, cv::BORDER_CONSTANT, cv::Scalar{0});
  cv::erode(padded, inner, cv::getStructuringElement(cv::MORPH_CROSS, {3, 3}));
  const cv::Mat border = padded - inner;
  double sum = 0;
  for (int row = 1; row + 1 < border.rows; ++row)
    for (int column = 1; column + 1 < border.cols; ++column) {
      const auto at = [&](int down, int right) -> int { return *border.ptr(row + down, column + right); };
      const int code = at(0, 0) + 2 * (at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1)) +
                       10 * (at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1));
      if (code == 5 || code == 7 || code == 15 || code == 17 || code == 25 || code == 27) sum += 1;
      if (code == 21 || code == 33) sum += std::numbers::sqrt2;
      if (code == 13 || code == 23) sum += (1 + std::numbers::sqrt2) / 2;
    }
  return sum * spacing_.row;
}

// Parts that touch by edges or corners, less their holes, from how many squares of 2 x 2 pixels have one, three, or two
// pixels across from each other (S. Gray, Local properties of binary images in two dimensions, 1971).
double RegionShape::euler_number() const {
  cv::Mat padded;
  cv::copyMakeBorder(region_, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar{0});
  int ones = 0, threes = 0, diagonals = 0;
  for (int row = 0; row + 1 < padded.rows; ++row)
    for (int column = 0; column + 1 < padded.cols; ++column) {
      const int a = *padded.ptr(row, column), b = *padded.ptr(row, column + 1);
      const int c = *padded.ptr(row + 1, column), d = *padded.ptr(row + 1, column + 1);
      const int sum = a + b + c + d;
      ones += sum == 1;
      threes += sum == 3;
      diagonals += sum == 2 && a == d;
    }
  return (ones - threes - 2 * diagonals) / 4.0;
}

cv::Mat RegionShape::convex_hull() const {
  const std::vector<Half> hull = hull_of(edge_middles(region_));
  cv::Mat inside(region_.size(), CV_8U, cv::Scalar{0});
  for (int row = 0; row < inside.rows; ++row) {
    const auto [first, end] = columns_in(hull, row, inside.cols);
    std::fill(inside.ptr(row) + first, inside.ptr(row) + end, std::uint8_t{1});
  }
  return inside;
}

double RegionShape::feret_diameter() const {
  const std::vector<Half> corners = hull_of(edge_middles(convex_hull()));
  double longest = 0;
  for (const Half& a : corners)
    for (const Half& b : corners)
      longest = std::max(longest, std::hypot(static_cast<double>(a.x - b.x) / 2 * spacing_.column,
                                             static_cast<double>(a.y - b.y) / 2 * spacing_.row));
  return longest;
}

Choices<ShapeFeature> choices_of(ShapeFeature) {
  return {
      {ShapeFeature::Area, "area", "Of all pixels of the region."},
      {ShapeFeature::Perimeter, "perimeter", "Length of the border; missing where pixels are not square."},
      {ShapeFeature::MajorAxis, "axis_major_length", "Of the ellipse with the region's second moments."},
      {ShapeFeature::MinorAxis, "axis_minor_length", "Of the same ellipse."},
      {ShapeFeature::Eccentricity, "eccentricity", "Of the same ellipse: 0 is a circle."},
      {ShapeFeature::Orientation, "orientation",
       "Radians from the direction of the columns to the major axis, counter-clockwise."},
      {ShapeFeature::EquivalentDiameter, "equivalent_diameter_area", "Of the circle of the same area."},
      {ShapeFeature::Extent, "extent", "Share of the rectangle around the region."},
      {ShapeFeature::Solidity, "solidity", "Share of the convex hull."},
      {ShapeFeature::FeretDiameter, "feret_diameter_max", "Longest distance in the convex hull."},
      {ShapeFeature::EulerNumber, "euler_number", "Parts less holes."}};
}

}  // namespace radflow
