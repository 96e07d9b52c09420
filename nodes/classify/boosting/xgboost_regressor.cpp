// xgboost: boosted trees for a number, grown by libxgboost and answered for by flattened arrays.
//   - regress: {model: age.model, train: {algorithm: xgboost, trees: 200, depth: 3}}
//
// tree_method is hist, base_score the mean of the training and nthread 1, so that the same samples give the same bytes by
// the same version of the library. Predictions are those of libxgboost but for the rounding of its sums in float.
#include <xgboost/c_api.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "nodes/classify/model_bytes.hpp"
#include "nodes/classify/number_trees.hpp"
#include "nodes/classify/regressor.hpp"

namespace radflow {
namespace {

struct Params {
  int trees = 100;
  int depth = 6;
  double learning_rate = 0.3;
  double lambda = 1;
  double min_child_weight = 1;
  double row_share = 1;
  double column_share = 1;
  int seed = 1;
};

void check(int result) {
  if (result != 0) throw std::runtime_error{std::string{"xgboost: "} + XGBGetLastError()};
}

// Freed however the training ends.
struct Handles {
  DMatrixHandle samples = nullptr;
  BoosterHandle booster = nullptr;
  ~Handles() {
    if (booster) XGBoosterFree(booster);
    if (samples) XGDMatrixFree(samples);
  }
};

// Breadth first, as libxgboost's dump names the children.
void append_tree(NumberTrees& trees, const nlohmann::json& root) {
  std::vector<const nlohmann::json*> source{&root};
  std::vector<std::uint32_t> place{trees.begin_tree()};
  for (std::size_t i = 0; i < source.size(); ++i) {
    const nlohmann::json& node = *source[i];
    if (const auto leaf = node.find("leaf"); leaf != node.end()) {
      trees.leaf(place[i], leaf->get<float>());
      continue;
    }
    // "f12", by the column's number.
    const std::uint32_t left = trees.split(place[i], std::stoi(node.at("split").get<std::string>().substr(1)),
                                           node.at("split_condition").get<float>());
    for (const auto& [side, at] : {std::pair{"yes", left}, {"no", left + 1}})
      for (const nlohmann::json& child : node.at("children"))
        if (child.at("nodeid") == node.at(side)) {
          source.push_back(&child);
          place.push_back(at);
        }
  }
}

class XgboostRegressor final : public Regressor {
 public:
  XgboostRegressor(float base, NumberTrees trees) : base_{base}, trees_{std::move(trees)} {}

  static std::unique_ptr<Regressor> train(const RegressionSet& set, const Params& params) {
    Handles handles;
    const cv::Mat samples = set.samples.isContinuous() ? set.samples : set.samples.clone();
    check(XGDMatrixCreateFromMat(samples.ptr<float>(), static_cast<bst_ulong>(samples.rows),
                                 static_cast<bst_ulong>(samples.cols), std::nanf(""), &handles.samples));
    const std::vector<float> targets(set.targets.begin(), set.targets.end());
    check(XGDMatrixSetFloatInfo(handles.samples, "label", targets.data(), targets.size()));
    check(XGBoosterCreate(&handles.samples, 1, &handles.booster));
    const auto base = static_cast<float>(std::accumulate(set.targets.begin(), set.targets.end(), 0.0) /
                                         static_cast<double>(set.targets.size()));
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"tree_method", "hist"},
             {"base_score", fmt::format("{}", base)},
             {"nthread", "1"},
             {"verbosity", "0"},
             {"max_depth", std::to_string(params.depth)},
             {"eta", fmt::format("{}", params.learning_rate)},
             {"lambda", fmt::format("{}", params.lambda)},
             {"min_child_weight", fmt::format("{}", params.min_child_weight)},
             {"subsample", fmt::format("{}", params.row_share)},
             {"colsample_bytree", fmt::format("{}", params.column_share)},
             {"seed", std::to_string(params.seed)},
             {"objective", "reg:squarederror"}})
      check(XGBoosterSetParam(handles.booster, name.c_str(), value.c_str()));
    for (int round = 0; round < params.trees; ++round)
      check(XGBoosterUpdateOneIter(handles.booster, round, handles.samples));
    bst_ulong count = 0;
    const char** dumped = nullptr;
    check(XGBoosterDumpModelEx(handles.booster, "", 0, "json", &count, &dumped));
    NumberTrees trees;
    for (bst_ulong tree = 0; tree < count; ++tree) append_tree(trees, nlohmann::json::parse(dumped[tree]));
    return std::make_unique<XgboostRegressor>(base, std::move(trees));
  }
  static std::unique_ptr<Regressor> read(std::string_view bytes, std::size_t features) {
    ModelBytes numbers{bytes, "the boosted trees"};
    const float base = numbers.finite<float>(1).front();
    return std::make_unique<XgboostRegressor>(
        base, NumberTrees::read(numbers.rest(), features, "the boosted trees"));
  }

  double operator()(std::span<const float> features) const override {
    return double{base_} + trees_.sum(features, NumberTrees::Equal::Right);
  }
  std::string bytes() const override {
    std::string bytes;
    append_value(bytes, base_);
    return bytes + trees_.bytes();
  }

 private:
  float base_;
  NumberTrees trees_;
};

const RegisterRegressor<XgboostRegressor, Params> registered{
    "xgboost", "Boosted trees, by libxgboost.",
    Fields<Params>{}
        .param(&Params::trees, "trees", range(1, 10000), "How many.")
        .param(&Params::depth, "depth", range(1, 25), "Splits from the root to a leaf, at most.")
        .param(&Params::learning_rate, "learning_rate", range(1e-4, 1), "How much of each tree counts.")
        .param(&Params::lambda, "lambda", range(0, 1e6), "L2 penalty on what the leaves add.")
        .param(&Params::min_child_weight, "min_child_weight", range(0, 1e6), "Samples that a leaf must have.")
        .param(&Params::row_share, "row_share", range(0.01, 1), "Share of the samples drawn for each tree.")
        .param(&Params::column_share, "column_share", range(0.01, 1),
               "Share of the features drawn for each tree.")
        .param(&Params::seed, "seed", range(1, 2147483647),
               "Of the generator that draws samples and features.")};

}  // namespace
}  // namespace radflow
