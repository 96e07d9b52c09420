#include "nodes/imaging/masked.hpp"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/core.hpp>

#include "nodes/imaging/geometry.hpp"

namespace radflow {
namespace {

constexpr double tolerance = 1e-3;  // mm, or pixels of the source

// "512x256 pixels of 0.5x0.8 mm, the first at (-12.5, 40, 7) mm"
std::string described(const cv::Size& size, const Geometry& geometry) {
  std::string text = fmt::format("{}x{} pixels", size.width, size.height);
  if (geometry.spacing)
    text += fmt::format(" of {:.6g}x{:.6g} mm", geometry.spacing->column, geometry.spacing->row);
  if (geometry.spacing && geometry.position)
    text += fmt::format(", the first at ({:.6g}) mm", fmt::join(*geometry.position, ", "));
  else
    text += fmt::format(", the first at ({:.6g}) of the source",
                        fmt::join(apply(geometry.to_source, 0, 0), ", "));
  return text;
}

template <std::size_t N>
double distance(const std::array<double, N>& a, const std::array<double, N>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < N; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

// How far apart the two have the same pixel: in mm, or in pixels of the source where they cannot say mm.
double apart(const Geometry& a, const Geometry& b, double column, double row) {
  const auto place_a = patient_position(a, column, row), place_b = patient_position(b, column, row);
  if (place_a && place_b) return distance(*place_a, *place_b);
  double difference = distance(apply(a.to_source, column, row), apply(b.to_source, column, row));
  if (a.spacing && b.spacing)
    difference = std::max({difference * std::max(a.spacing->row, a.spacing->column),
                           std::abs(a.spacing->column - b.spacing->column) * column,
                           std::abs(a.spacing->row - b.spacing->row) * row});
  return difference;
}

std::optional<Error> require_same(const Frame& frame, std::string_view what, const cv::Size& size,
                                  const Geometry& geometry, std::string_view node) {
  const int right = frame.pixels.cols - 1, bottom = frame.pixels.rows - 1;
  bool same = frame.pixels.size() == size;
  for (const auto& [column, row] : {std::pair{0, 0}, {right, 0}, {0, bottom}, {right, bottom}})
    same = same && apart(frame.geometry, geometry, column, row) <= tolerance;
  if (same) return std::nullopt;
  return Error{
      "geometry_mismatch",
      fmt::format("{} got an image of {} and {} of {}: put the nodes that changed the one before "
                  "the other too",
                  node, described(frame.pixels.size(), frame.geometry), what, described(size, geometry))};
}

}  // namespace

std::optional<Error> require_same_grid(const Frame& frame, const Mask& mask, std::string_view node) {
  return require_same(frame, "a mask", mask.labels.size(), mask.geometry, node);
}

std::optional<Error> require_same_grid(const Frame& frame, const Boxes& boxes, std::string_view node) {
  return require_same(frame, "boxes", {boxes.columns, boxes.rows}, boxes.geometry, node);
}

cv::Mat selected(const Frame& frame, const Mask* mask, std::optional<int> label) {
  if (!mask) return frame.valid;
  cv::Mat counts;
  if (label)
    cv::compare(mask->labels, *label, counts, cv::CMP_EQ);
  else
    cv::compare(mask->labels, 0, counts, cv::CMP_NE);
  if (!frame.valid.empty()) cv::bitwise_and(counts, frame.valid, counts);
  return counts;
}

}  // namespace radflow
