// Boosted trees as libxgboost grows them, for classes and for numbers.
#pragma once

#include <fmt/format.h>

#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

#include "nodes/classify/number_trees.hpp"

namespace radflow {

// libxgboost's own names and values.
using BoostingSettings = std::vector<std::pair<std::string, std::string>>;

// One thread and one way of growing, so that the same samples give the same bytes by the same version of the library.
template <typename Params>
BoostingSettings boosting_settings(const Params& params) {
  return {{"tree_method", "hist"},
          {"nthread", "1"},
          {"verbosity", "0"},
          {"max_depth", std::to_string(params.depth)},
          {"eta", fmt::format("{}", params.learning_rate)},
          {"lambda", fmt::format("{}", params.lambda)},
          {"min_child_weight", fmt::format("{}", params.min_child_weight)},
          {"subsample", fmt::format("{}", params.row_share)},
          {"colsample_bytree", fmt::format("{}", params.column_share)},
          {"seed", std::to_string(params.seed)}};
}

// `samples`: CV_32F, a row for each of `labels`; `weights`: one for each, or none where all count the same. Trees of several
// classes take turns. Throws std::runtime_error.
NumberTrees grow_boosted_trees(const cv::Mat& samples, const std::vector<float>& labels,
                               const std::vector<float>& weights, const BoostingSettings& settings,
                               int rounds);

}  // namespace radflow
