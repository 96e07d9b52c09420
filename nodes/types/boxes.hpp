// Boxes: rectangles on the grid of a frame, with sides along its rows and columns.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/types/frame.hpp"

namespace radflow {

// A rectangle in the source image, in its pixels; 0 is the outer edge of the first one.
struct SourceRectangle {
  double x = 0, y = 0, width = 0, height = 0;
};

struct Box {
  int label = 0;     // The label of the mask that it surrounds; 0: none.
  std::string name;  // the label's, or ""
  // The first column and row that it holds, and how many: pixels of the frame.
  int column = 0, row = 0, columns = 0, rows = 0;
  std::optional<double> score = {};  // How sure its node is of it: more is surer. Absent where it knows none.
  // What surrounds in the source image the pixels that the box is of. Absent: the box itself is what is to be surrounded.
  std::optional<SourceRectangle> in_source = {};
};

struct Boxes {
  static constexpr std::string_view payload_name = "boxes";

  std::vector<Box> list;
  int columns = 0, rows = 0;  // The frame's size.
  Geometry geometry;          // The frame's.

  std::size_t bytes() const;
};

}  // namespace radflow
