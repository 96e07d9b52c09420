#include "nodes/classify/linear.hpp"

#include "nodes/classify/model_bytes.hpp"

namespace radflow {

Linear Linear::read(std::string_view bytes, std::size_t features, std::size_t classes,
                    const std::string& part) {
  ModelBytes numbers{bytes, part};
  Linear linear{numbers.finite<double>(std::uint64_t{rows(classes)} * features), {}};
  linear.intercepts = numbers.finite<double>(rows(classes));
  numbers.expect_end();
  return linear;
}

void Linear::scores(std::span<const float> features, std::span<double> out) const {
  for (std::size_t row = 0; row < intercepts.size(); ++row) {
    double sum = intercepts[row];
    const double* const weight = weights.data() + row * features.size();
    for (std::size_t j = 0; j < features.size(); ++j) sum += weight[j] * double{features[j]};
    out[row] = sum;
  }
  if (intercepts.size() > 1) return;
  out[1] = out[0];
  out[0] = -out[1];
}

std::string Linear::bytes() const {
  std::string bytes;
  append_values(bytes, weights);
  append_values(bytes, intercepts);
  return bytes;
}

Choices<LossWeight> choices_of(LossWeight) {
  return {{LossWeight::None, "none", "Every sample counts the same."},
          {LossWeight::Balanced, "balanced",
           "Every class counts the same, however many samples it has: its samples' errors are weighed."}};
}

std::vector<double> sample_weights(const TrainingSet& set, LossWeight weight) {
  std::vector<double> weights(set.labels.size(), 1);
  if (weight == LossWeight::None) return weights;
  std::vector<double> count(static_cast<std::size_t>(set.classes));
  for (const int label : set.labels) ++count[static_cast<std::size_t>(label)];
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] =
        static_cast<double>(weights.size()) / (set.classes * count[static_cast<std::size_t>(set.labels[i])]);
  return weights;
}

std::string balanced_by(LossWeight weight) { return weight == LossWeight::Balanced ? "loss" : ""; }

}  // namespace radflow
