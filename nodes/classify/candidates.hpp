// Candidates: what `radflow train --select` compares, the simplest first: logistic and ridge, linear svm, knn, svm, forest,
// xgboost, mlp, others; of one kind the stronger penalty.
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/algorithm.hpp"

namespace radflow {

struct Candidate {
  std::string title;  // "svm, C: 4": what tells it from the others
  std::string yaml;   // what stands under `train`
  Training training;  // the same, read
};

// Those of the graph's `search`, else the default ones. Steps, threshold and class_weight are taken over from the graph's
// `train` where a candidate has none of its own; where nobody standardises, default candidates that need it do. Algorithms
// that this build lacks are left out of the default ones.
std::vector<Candidate> candidates_for(const Training& graph);

}  // namespace radflow
