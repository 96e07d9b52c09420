// Grid: the parameter `grid: [rows, columns]` of feature nodes, which then give their features by cell of the frame:
// <node>.r0.c0.mean is of the upper left one. Cells are as equal as whole pixels allow; rows or columns less than cells
// leave cells without pixels, whose features are missing.
#pragma once

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"

namespace radflow {

using Grid = std::optional<std::array<int, 2>>;
inline constexpr const char* grid_sentence =
    "[rows, columns]: features of each cell of the frame instead of the frame's.";
inline auto grid_range() { return range(1, 64); }

// The cells row by row; the whole frame where there is no grid.
inline std::vector<cv::Rect> cells_of(const Grid& grid, const cv::Size& size) {
  const auto [rows, columns] = grid.value_or(std::array{1, 1});
  std::vector<cv::Rect> cells;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const int top = row * size.height / rows, left = column * size.width / columns;
      cells.push_back(
          {left, top, (column + 1) * size.width / columns - left, (row + 1) * size.height / rows - top});
    }
  return cells;
}

// What the names of a cell's features begin with, cell after cell: "<node>." or "<node>.r0.c1.".
inline std::vector<std::string> cell_names(const Grid& grid, const std::string& node) {
  if (!grid) return {node + "."};
  std::vector<std::string> names;
  for (int row = 0; row < (*grid)[0]; ++row)
    for (int column = 0; column < (*grid)[1]; ++column)
      names.push_back(fmt::format("{}.r{}.c{}.", node, row, column));
  return names;
}

}  // namespace radflow
