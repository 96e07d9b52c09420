// Frames small enough to compute by hand, and nodes from YAML to put them through.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "graph/node.hpp"
#include "graph/plan.hpp"
#include "nodes/types/frame.hpp"
#include "tests/fake_context.hpp"

namespace radflow {

inline Outcome call(const std::string& yaml, const Frame& frame) {
  const auto node = make_node(yaml);
  const Payload payload = Payload::of(frame);
  const Payload* input = &payload;
  return node->call({&input, 1}, FakeContext{});
}

// What the node makes of the frame; the test fails if it is an error.
inline Frame run(const std::string& yaml, const Frame& frame) {
  Outcome outcome = call(yaml, frame);
  if (outcome.kind != Outcome::Kind::Value) {
    ADD_FAILURE() << yaml << " failed: " << (outcome.error ? outcome.error->detail : "");
    return frame;
  }
  return outcome.value.as<Frame>();
}

// The reason of the error the node ends with; "" if it does not.
inline std::string reason(const std::string& yaml, const Frame& frame) {
  const Outcome outcome = call(yaml, frame);
  return outcome.error ? outcome.error->reason : "";
}

// A frame of the type's depth from rows of numbers.
template <typename T>
Frame frame_of(const std::vector<std::vector<T>>& rows) {
  cv::Mat_<T> pixels(static_cast<int>(rows.size()), static_cast<int>(rows.at(0).size()));
  for (int row = 0; row < pixels.rows; ++row)
    for (int column = 0; column < pixels.cols; ++column) pixels(row, column) = rows[row][column];
  return Frame{.pixels = pixels};
}

// An oblique slice with pixels of 0.5 x 0.8 mm.
inline Geometry oblique() {
  Geometry geometry;
  geometry.spacing = {.row = 0.8, .column = 0.5};
  geometry.spacing_source = SpacingSource::Patient;
  geometry.position = {-12.5, 40, 7};
  geometry.orientation = {0.6, 0.8, 0, 0, 0, -1};
  return geometry;
}

inline double largest_difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

}  // namespace radflow
