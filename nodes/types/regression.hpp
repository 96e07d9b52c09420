// Regression: a number that a model predicts, such as an age or a thickness.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace radflow {

struct Regression {
  static constexpr std::string_view payload_name = "regression";

  double value = 0;          // in the unit of the labels that the model was trained on
  std::string model;         // file name without folder
  std::string model_digest;  // "sha256:..." of the model's bytes

  std::size_t bytes() const { return sizeof *this + model.capacity() + model_digest.capacity(); }
};

}  // namespace radflow
