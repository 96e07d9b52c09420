// FoldScores: how good candidates are on the samples of one fold when they are fitted on all others. Steps that candidates
// have in common are fitted once, and what their algorithms work out of the samples is kept for the next.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nodes/classify/candidates.hpp"
#include "nodes/classify/steps.hpp"

namespace radflow {

enum class Metric { Auc, AveragePrecision, BalancedAccuracy, Accuracy };
Choices<Metric> choices_of(Metric);

class FoldScores {
 public:
  // The samples of `fold` are held out. Throws std::runtime_error if the others or they lack a class.
  FoldScores(const TrainingSet& set, const std::vector<std::string>& names, const std::vector<int>& fold_of,
             int fold);

  // Not concurrently. Of areas and precisions the mean of the classes; labels are those of the largest score.
  double operator()(const Candidate& candidate, Metric metric);

 private:
  struct Prepared {
    std::string steps;  // their YAML
    TrainingSet others, held;
  };
  const Prepared& prepared(const StepParams& params);

  TrainingSet others_, held_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Prepared>> prepared_;  // The last two, the latest last.
};

}  // namespace radflow
