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

struct Box {
  int label = 0;     // of the mask that it surrounds; 0: of none
  std::string name;  // the label's, or ""
  // The first column and row that it holds, and how many: pixels of the frame.
  int column = 0, row = 0, columns = 0, rows = 0;
};

struct Boxes {
  static constexpr std::string_view payload_name = "boxes";

  std::vector<Box> list;
  int columns = 0, rows = 0;  // of the frame
  Geometry geometry;          // as Frame::geometry

  std::size_t bytes() const;
};

}  // namespace radflow
