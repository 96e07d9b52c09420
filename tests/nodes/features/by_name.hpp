// What a node of features makes of a frame, and of a mask of it, by what follows "<node>." in the features' names.
#pragma once

#include <map>
#include <string>

#include "nodes/types/features.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {

// The test fails if the node ends with an error.
template <typename... Value>
std::map<std::string, double> by_name(const std::string& yaml, const Value&... values) {
  const auto features = made<Features>(yaml, values...);
  std::map<std::string, double> named;
  for (std::size_t i = 0; i < features.values.size(); ++i) {
    const std::string& name = features.names->at(i);
    named[name.substr(name.find('.') + 1)] = features.values[i];
  }
  return named;
}

// A picture of 10 x 12 values from 0 to 30 that no two directions see alike. In NumPy:
//   np.array([[(7 * r + 13 * c + r * c) % 31 for c in range(12)] for r in range(10)], float)
inline Frame patterned() {
  Frame frame{.pixels = cv::Mat(10, 12, CV_64F)};
  for (int r = 0; r < 10; ++r)
    for (int c = 0; c < 12; ++c) frame.pixels.at<double>(r, c) = (7 * r + 13 * c + r * c) % 31;
  return frame;
}

}  // namespace radflow
