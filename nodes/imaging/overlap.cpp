#include "nodes/imaging/overlap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <tuple>

#include "nodes/imaging/percentile.hpp"

namespace radflow {
namespace {

std::vector<cv::Point> outline(const cv::Mat& mask) {
  std::vector<cv::Point> points;
  const auto inside = [&](int row, int column) {
    return row >= 0 && column >= 0 && row < mask.rows && column < mask.cols &&
           mask.at<std::uint8_t>(row, column);
  };
  for (int row = 0; row < mask.rows; ++row)
    for (int column = 0; column < mask.cols; ++column)
      if (inside(row, column) && !(inside(row - 1, column) && inside(row + 1, column) &&
                                   inside(row, column - 1) && inside(row, column + 1)))
        points.emplace_back(column, row);
  return points;
}

// From each point to the nearest of the others, sorted.
std::vector<double> distances(const std::vector<cv::Point>& from, const std::vector<cv::Point>& to,
                              const Spacing& spacing) {
  std::vector<double> all;
  for (const cv::Point& a : from) {
    double least = std::numeric_limits<double>::infinity();
    for (const cv::Point& b : to) {
      const double x = (a.x - b.x) * spacing.column, y = (a.y - b.y) * spacing.row;
      least = std::min(least, x * x + y * y);
    }
    all.push_back(std::sqrt(least));
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

MaskOverlap overlap_of(const cv::Mat& mask, const cv::Mat& reference, const Spacing& spacing) {
  const int a = cv::countNonZero(mask), b = cv::countNonZero(reference);
  cv::Mat both;
  cv::bitwise_and(mask != 0, reference != 0, both);
  const int common = cv::countNonZero(both);
  MaskOverlap overlap;
  if (a + b == 0) return overlap;
  overlap.dice = 2.0 * common / (a + b);
  overlap.iou = static_cast<double>(common) / (a + b - common);
  if (a == 0 || b == 0) return overlap;
  const std::vector<cv::Point> one = outline(mask), other = outline(reference);
  const std::vector<double> there = distances(one, other, spacing), back = distances(other, one, spacing);
  overlap.hausdorff95 = std::max(percentile(there, 95), percentile(back, 95));
  overlap.hausdorff = std::max(there.back(), back.back());
  return overlap;
}

double iou_of(const Rectangle& a, const Rectangle& b) {
  const double across = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double down = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (!(across > 0) || !(down > 0)) return 0;
  return across * down / (a.width * a.height + b.width * b.height - across * down);
}

MatchedBoxes match(const std::vector<Rectangle>& found, const std::vector<Rectangle>& reference,
                   double least) {
  std::vector<std::tuple<double, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t j = 0; j < reference.size(); ++j)
      if (const double iou = iou_of(found[i], reference[j]); iou > 0 && iou >= least)
        pairs.emplace_back(-iou, i, j);
  std::ranges::sort(pairs);
  std::vector<bool> taken(found.size()), matched(reference.size());
  MatchedBoxes result;
  for (const auto& [minus_iou, i, j] : pairs) {
    if (taken[i] || matched[j]) continue;
    taken[i] = matched[j] = true;
    result.ious.push_back(-minus_iou);
  }
  result.missed = reference.size() - result.ious.size();
  result.false_positives = found.size() - result.ious.size();
  return result;
}

}  // namespace radflow
