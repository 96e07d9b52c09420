// What nodes may know of their values before the first of them is there (graph/known.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace radflow {

// Every label that predictions can have.
struct KnownLabels {
  static constexpr std::string_view fact_name = "labels";
  std::vector<std::string> labels;
};

// The names of the features, in their order.
struct KnownFeatures {
  static constexpr std::string_view fact_name = "features";
  std::vector<std::string> names;
};

// Frame::levels of every frame: the number of codes, or 0 if pixels are values.
struct KnownLevels {
  static constexpr std::string_view fact_name = "levels";
  int levels = 0;
};

// Width and height of all frames, in pixels.
struct KnownSize {
  static constexpr std::string_view fact_name = "size";
  int width = 0;
  int height = 0;
};

// Units and photometric interpretation of all frames, or of all features.
struct KnownMeaning {
  static constexpr std::string_view fact_name = "meaning";
  std::string units;
  std::string photometric;
};

}  // namespace radflow
