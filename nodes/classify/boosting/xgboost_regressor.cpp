// xgboost: boosted trees for a number, grown by libxgboost and answered for by flattened arrays.
//   - regress: {model: age.model, train: {algorithm: xgboost, trees: 200, depth: 3}}
//
// tree_method is hist, base_score the mean of the training and nthread 1, so that the same samples give the same bytes by
// the same version of the library. Predictions are those of libxgboost but for the rounding of its sums in float.
#include <numeric>

#include "nodes/classify/boosting/grow.hpp"
#include "nodes/classify/model_bytes.hpp"
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

class XgboostRegressor final : public Regressor {
 public:
  XgboostRegressor(float base, NumberTrees trees) : base_{base}, trees_{std::move(trees)} {}

  static std::unique_ptr<Regressor> train(const RegressionSet& set, const Params& params) {
    const auto base = static_cast<float>(std::accumulate(set.targets.begin(), set.targets.end(), 0.0) /
                                         static_cast<double>(set.targets.size()));
    BoostingSettings settings = boosting_settings(params);
    settings.emplace_back("base_score", fmt::format("{}", base));
    settings.emplace_back("objective", "reg:squarederror");
    return std::make_unique<XgboostRegressor>(
        base, grow_boosted_trees(set.samples, {set.targets.begin(), set.targets.end()}, {}, settings,
                                 params.trees));
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
    "xgboost", "Boosted trees, by libxgboost: tree_method hist, which splits between bins of the values.",
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
