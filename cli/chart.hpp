// Chart: lines and dots as inline SVG; colours are the page's. Axes go from 0 to 1 where they do not say otherwise.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/curves.hpp"

namespace radflow::cli {

struct ChartSeries {
  std::string name;
  Points points;
  bool dots = false;  // dots on the line
  bool line = true;   // false: the dots alone, which are small then
};

struct Axis {
  double low = 0, high = 1;
};

struct Chart {
  std::string title, x, y;
  std::vector<ChartSeries> series;
  bool diagonal = false;           // what chance, a perfect calibration or a perfect estimate would give
  std::optional<double> vertical;  // the threshold in use
  std::string vertical_name;
  std::vector<std::pair<double, std::string>> horizontals =
      {};                         // Height and name; "" has no place in the legend.
  Axis x_axis = {}, y_axis = {};  // What is drawn: these, and on to the next tick.
};

std::string to_svg(const Chart& chart);
// &, <, > and quotes as entities.
std::string escaped(const std::string& text);

}  // namespace radflow::cli
