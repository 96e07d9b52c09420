// What nodes that make masks have in common.
#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {

inline constexpr const char* names_sentence = "Names of the labels 1, 2, ..., for results.";

// A mask on the frame's grid: label_of(value) wherever `counted` is not 0 (empty: everywhere), no label elsewhere.
template <typename LabelOf>
Mask labelled(const Frame& frame, const cv::Mat& counted, const SharedTable<std::string>& names,
              const LabelOf& label_of) {
  Mask mask{cv::Mat::zeros(frame.pixels.size(), CV_16U), names, frame.geometry};
  for_depth(frame.pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    for (int row = 0; row < mask.labels.rows; ++row) {
      const T* line = frame.pixels.ptr<T>(row);
      const auto* counts = counted.empty() ? nullptr : counted.ptr<std::uint8_t>(row);
      auto* out = mask.labels.ptr<std::uint16_t>(row);
      for (int column = 0; column < mask.labels.cols; ++column)
        if (!counts || counts[column])
          out[column] = static_cast<std::uint16_t>(label_of(static_cast<double>(line[column])));
    }
  });
  return mask;
}

// Which pixels touch each other.
enum class Neighbours { Four = 4, Eight = 8 };
inline Choices<Neighbours> choices_of(Neighbours) {
  return {{Neighbours::Eight, "8", "Those that share a corner too."},
          {Neighbours::Four, "4", "Only those that share an edge."}};
}

// Calls touch(row, column) for the neighbours of a pixel inside an image of this size: the four that share an edge, row by
// row, then the others.
template <typename Touch>
void for_each_neighbour(const cv::Size& size, int row, int column, Neighbours neighbours, Touch&& touch) {
  static constexpr int steps[8][2] = {{-1, 0}, {0, -1}, {0, 1}, {1, 0}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
  for (int i = 0; i < static_cast<int>(neighbours); ++i) {
    const int r = row + steps[i][0], c = column + steps[i][1];
    if (r >= 0 && c >= 0 && r < size.height && c < size.width) touch(r, c);
  }
}

}  // namespace radflow
