// xgboost: boosted trees, grown by libxgboost and answered for by flattened arrays; several classes by one softmax.
//   - classify: {model: lesions.model, train: {algorithm: xgboost, trees: 200, depth: 3}}
//
// tree_method is hist, base_score 0.5 and nthread 1, so that the same samples give the same bytes by the same version of
// the library. Probabilities are those of libxgboost to 1e-6 with these settings: its tree_method exact, or a base_score
// that it estimates from the labels (its default since version 2), are other models.
#include <algorithm>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/boosting/grow.hpp"
#include "nodes/classify/linear.hpp"
#include "nodes/classify/model_bytes.hpp"
#include "nodes/classify/softmax.hpp"

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
  LossWeight class_weight = LossWeight::None;
  int seed = 1;
};

class Xgboost final : public Classifier {
 public:
  static constexpr std::string_view gives = "softmax of the trees' sums";

  explicit Xgboost(NumberTrees trees) : trees_{std::move(trees)} {}

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    const std::vector<double> counts = sample_weights(set, params.class_weight);
    BoostingSettings settings = boosting_settings(params);
    settings.emplace_back("base_score", "0.5");
    settings.emplace_back("objective", set.classes == 2 ? "binary:logistic" : "multi:softprob");
    if (set.classes > 2) settings.emplace_back("num_class", std::to_string(set.classes));
    return std::make_unique<Xgboost>(grow_boosted_trees(set.samples, {set.labels.begin(), set.labels.end()},
                                                        {counts.begin(), counts.end()}, settings,
                                                        params.trees));
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    NumberTrees trees = NumberTrees::read(bytes, features, part);
    ModelBytes{bytes, part}.expect(trees.trees() % Linear::rows(classes) == 0,
                                   "its trees do not fit its classes");
    return std::make_unique<Xgboost>(std::move(trees));
  }
  static std::string balanced_by(const Params& params) { return radflow::balanced_by(params.class_weight); }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    const std::size_t rows = Linear::rows(out.size());
    std::ranges::fill(out, 0.0);
    // Trees of the classes take turns; of two classes they are all the second's.
    for (std::size_t tree = 0; tree < trees_.trees(); ++tree)
      out[rows == 1 ? 1 : tree % rows] += trees_.value(tree, features, NumberTrees::Equal::Right);
    softmax(out);
  }
  std::string bytes() const override { return trees_.bytes(); }

 private:
  static constexpr const char* part = "the boosted trees";

  NumberTrees trees_;
};

const RegisterAlgorithm<Xgboost, Params> registered{
    "xgboost",
    "Boosted trees, by libxgboost: tree_method hist, which splits between bins of the values, and base_score "
    "0.5.",
    Fields<Params>{}
        .param(&Params::trees, "trees", range(1, 10000), "Trees; of several classes as many for each.")
        .param(&Params::depth, "depth", range(1, 25), "Splits from the root to a leaf, at most.")
        .param(&Params::learning_rate, "learning_rate", range(1e-4, 1), "How much of each tree counts.")
        .param(&Params::lambda, "lambda", range(0, 1e6), "L2 penalty on what the leaves add.")
        .param(&Params::min_child_weight, "min_child_weight", range(0, 1e6),
               "Curvature of the loss that a leaf must have.")
        .param(&Params::row_share, "row_share", range(0.01, 1), "Share of the samples drawn for each tree.")
        .param(&Params::column_share, "column_share", range(0.01, 1),
               "Share of the features drawn for each tree.")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count.")
        .param(&Params::seed, "seed", range(1, 2147483647),
               "Of the generator that draws samples and features.")};

}  // namespace
}  // namespace radflow
