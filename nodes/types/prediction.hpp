// Prediction: a label, the probability of every class and the model that gave them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

struct Prediction {
  static constexpr std::string_view payload_name = "prediction";

  std::shared_ptr<const std::vector<std::string>> classes;
  std::vector<double> probabilities;  // one per class, sum 1
  std::size_t label =
      0;  // index of the class: the most probable, the first of equals, or what the model's threshold says
  std::string model;         // file name without folder
  std::string model_digest;  // "sha256:..." of the model's bytes

  // Without the classes, which are shared.
  std::size_t bytes() const;
};

}  // namespace radflow
