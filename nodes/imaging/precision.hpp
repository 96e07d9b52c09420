// Precision: what a node computes float frames in. Their pixels stay what they are, float or double.
#pragma once

#include <optional>

#include "graph/param_codec.hpp"

namespace radflow {

enum class Precision { Float32, Float64 };
inline Choices<Precision> choices_of(Precision) {
  return {{Precision::Float32, "float32",
           "In single precision, within 1e-6 of the frame's range; also if this is absent."},
          {Precision::Float64, "float64", "In double precision, rounded once."}};
}
inline constexpr const char* precision_sentence =
    "What 32-bit float frames are computed in. Integers and 64-bit floats come out as double precision gives "
    "them.";

}  // namespace radflow
