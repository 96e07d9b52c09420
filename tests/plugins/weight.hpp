// A payload that radflow does not know, of two plug-ins.
#pragma once

#include <string_view>

namespace weighing {

struct Weight {
  static constexpr std::string_view payload_name = "weight";

  double grams = 0;
};

}  // namespace weighing
