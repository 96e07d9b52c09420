// Candidates: what `radflow train --select` compares, the simplest first: logistic and ridge, linear svm, knn, svm, forest,
// xgboost, mlp, others; of one kind the stronger penalty.
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/regressor.hpp"

namespace radflow {

struct Candidate {
  std::string title;   // "svm, C: 4": what tells it from the others
  std::string yaml;    // what stands under `train`
  Selection training;  // The same, read: a Training, or a RegressorTraining.
};

// Those of the graph's `search`, else the default ones. Steps, threshold and class_weight are taken over from the graph's
// `train` where a candidate has none of its own; where nobody standardises, default candidates that need it do. Algorithms
// that this build lacks are left out of the default ones.
std::vector<Candidate> candidates_for(const Training& graph);
// The default ones where a number is predicted: ridge, forest, xgboost, with the steps of the graph's `train`.
std::vector<Candidate> candidates_for(const RegressorTraining& graph);

}  // namespace radflow
