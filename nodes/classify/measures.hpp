// Measures: the numbers of an evaluation as functions of how often each case counts, so that a bootstrap can draw cases
// again. Definitions are scikit-learn's: average_precision_score, brier_score_loss, balanced_accuracy_score, f1_score.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodes/classify/evaluation.hpp"

namespace radflow {

class Measures {
 public:
  // expected[i] and label[i] are classes of the case i, probabilities[i] its probabilities.
  Measures(std::size_t classes, std::vector<std::size_t> expected, std::vector<std::size_t> label,
           std::vector<std::vector<double>> probabilities);

  static const std::vector<std::string>& of_all();    // names, in the order of what follows
  static const std::vector<std::string>& of_class();  // the class against the rest

  // Those of all, then those of each class; NaN is a measure that these cases do not have. Means over classes are of those
  // that have cases, in f1 also of those that were given to a case. They are the same classes whatever counts how often:
  // a draw that lacks one of them has no mean, which would be that of other classes.
  std::vector<double> operator()(const std::vector<double>& times) const;

  // What drawing the groups again, as many as there are, 1000 times gives for each of them. group[i] is the group of the
  // case i, from 0 on.
  std::vector<Drawn> bootstrap(const std::vector<std::size_t>& group) const;

 private:
  void add_class(std::size_t c, const std::vector<double>& times, std::vector<double>& out) const;

  std::size_t classes_;
  std::vector<std::size_t> expected_, label_;
  std::vector<std::vector<double>> probabilities_;
  std::vector<bool> with_cases_, with_labels_;  // classes that are expected, and that were given, at all
  std::vector<std::vector<std::uint32_t>> descending_;  // Each class has its cases by its probability.
};

}  // namespace radflow
