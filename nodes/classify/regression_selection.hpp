// Selection of an algorithm that predicts numbers, by the same rules as that of classes (nodes/classify/ranking.hpp).
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/model.hpp"
#include "nodes/classify/ranking.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow {

// One of number_measures(). Scores are larger where they are better: errors are negative.
bool is_error(const std::string& measure);

// Folds are the same for all candidates, and samples of one group stay together. Throws std::runtime_error.
SelectedAlgorithm select_regressor(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const std::string& measure,
                                   const SearchLimits& limits, const FoldDone& done);

// As judge_selection() of classes: how good it is to choose among these candidates. Throws CutOff where `stop` ended it.
Judged judge_regressor_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                                 const std::string& measure, const SearchLimits& limits,
                                 const std::string& grouped_by, const FoldDone& done);

}  // namespace radflow
