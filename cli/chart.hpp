// Chart: lines and dots between 0 and 1 as inline SVG; colours are the page's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/curves.hpp"

namespace radflow::cli {

struct Series {
  std::string name;
  Points points;
  bool dots = false;  // dots on the line
};

struct Chart {
  std::string title, x, y;
  std::vector<Series> series;
  bool diagonal = false;           // what chance, or a perfect calibration, would give
  std::optional<double> vertical;  // the threshold in use
  std::string vertical_name;
};

std::string to_svg(const Chart& chart);
// &, <, > and quotes as entities.
std::string escaped(const std::string& text);

}  // namespace radflow::cli
