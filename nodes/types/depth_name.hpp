// What results call a depth of OpenCV.
#pragma once

#include <string_view>

namespace radflow {

// "u8", "i16", "f32", ...
constexpr std::string_view depth_name(int depth) {
  constexpr std::string_view names[] = {"u8", "i8", "u16", "i16", "i32", "f32", "f64", "f16"};
  return names[depth];
}

}  // namespace radflow
