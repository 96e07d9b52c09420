// A training set that tests/nodes/classify/algorithms_reference.py can make too, to the last bit: 60 samples of 4 features.
#pragma once

#include <memory>
#include <string>

#include "graph/param_reading.hpp"
#include "nodes/classify/fitted.hpp"

namespace radflow {

inline TrainingSet stated_problem(int classes) {
  TrainingSet set{cv::Mat(60, 4, CV_32F), {}, classes};
  for (int i = 0; i < 60; ++i) {
    float* const x = set.samples.ptr<float>(i);
    for (int j = 0; j < 4; ++j) x[j] = static_cast<float>((i * 37 + j * 101 + i * j * 13) % 97) / 16;
    const double sum = double{x[0]} + 2 * double{x[1]} - double{x[2]} + (i * 29 % 17) / 2.0;
    set.labels.push_back(sum < 9 ? 0 : classes == 2 || sum < 13 ? 1 : 2);
  }
  return set;
}

inline std::span<const float> row(const TrainingSet& set, int i) {
  return {set.samples.ptr<float>(i), static_cast<std::size_t>(set.samples.cols)};
}

// What stands under `train`, as a graph gives it. Throws std::runtime_error with what is wrong.
inline Training training_of(const std::string& yaml) {
  std::vector<Diagnostic> diagnostics;
  const Value value = read_yaml(yaml, "test", diagnostics);
  std::string wrong;
  Reading reading{"classify", [&](const Mark&, const std::string& message) { wrong += message + "\n"; }};
  Training training;
  read_selection(Training::alternatives(), training, value, reading);
  if (!wrong.empty()) throw std::runtime_error{wrong};
  return training;
}

inline Fit fit(const TrainingSet& set, const std::string& yaml,
               OutOfFold out_of_fold = OutOfFold::NotWanted) {
  const Training training = training_of(yaml);
  std::vector<std::string> names;
  for (int j = 0; j < set.samples.cols; ++j)
    names.push_back((j < set.samples.cols / 2 ? "a." : "b.") + std::to_string(j));
  return fit(set, names, *Algorithms::instance().find(training.name), training.params.get(), out_of_fold);
}
// The algorithm alone, without steps and sigmoids.
inline std::unique_ptr<Classifier> bare(const TrainingSet& set, const std::string& yaml) {
  const Training training = training_of(yaml);
  const Algorithm& algorithm = *Algorithms::instance().find(training.name);
  return algorithm.train(set, algorithm.own(training.params.get()));
}

}  // namespace radflow
