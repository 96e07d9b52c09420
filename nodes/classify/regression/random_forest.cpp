// random_forest: the mean of trees that cv::ml grows on drawn samples.
//   - regress: {model: age.model, train: {algorithm: random_forest, trees: 200}}
#include <opencv2/ml.hpp>

#include "nodes/classify/number_trees.hpp"
#include "nodes/classify/regressor.hpp"
#include "nodes/classify/seeded.hpp"
#include "nodes/classify/watched_samples.hpp"

namespace radflow {
namespace {

struct Params {
  int trees = 100;
  int depth = 25;
  int min_samples = 5;
  int features_per_split = 0;
  int seed = 1;
};

class ForestRegressor final : public Regressor {
 public:
  explicit ForestRegressor(NumberTrees trees) : trees_{std::move(trees)} {}

  static std::unique_ptr<Regressor> train(const RegressionSet& set, const Params& params) {
    const Seeded seeded{params.seed};
    auto forest = cv::ml::RTrees::create();
    // The count alone ends it: a target error would make the number of trees depend on the data.
    forest->setTermCriteria({cv::TermCriteria::MAX_ITER, params.trees, 0});
    forest->setMaxDepth(params.depth);
    forest->setMinSampleCount(params.min_samples - 1);  // cv::ml splits above this count
    forest->setActiveVarCount(params.features_per_split > 0
                                  ? std::min(params.features_per_split, set.samples.cols)
                                  : std::max(1, set.samples.cols / 3));
    forest->setRegressionAccuracy(0);  // its default would depend on the targets' unit
    cv::Mat targets;
    cv::Mat{set.targets}.convertTo(targets, CV_32F);
    forest->train(
        cv::makePtr<WatchedSamples>(cv::ml::TrainData::create(set.samples, cv::ml::ROW_SAMPLE, targets)));
    NumberTrees trees;
    const auto& nodes = forest->getNodes();
    const auto& splits = forest->getSplits();
    for (const int root : forest->getRoots()) {
      std::vector<int> source{root};
      std::vector<std::uint32_t> place{trees.begin_tree()};
      for (std::size_t i = 0; i < source.size(); ++i) {  // breadth first
        const auto& node = nodes[static_cast<std::size_t>(source[i])];
        if (node.split < 0) {
          trees.leaf(place[i], static_cast<float>(node.value));
          continue;
        }
        const auto& split = splits[static_cast<std::size_t>(node.split)];
        const std::uint32_t left = trees.split(place[i], split.varIdx, split.c);
        source.push_back(node.left);
        source.push_back(node.right);
        place.push_back(left);
        place.push_back(left + 1);
      }
    }
    return std::make_unique<ForestRegressor>(std::move(trees));
  }
  static std::unique_ptr<Regressor> read(std::string_view bytes, std::size_t features) {
    return std::make_unique<ForestRegressor>(NumberTrees::read(bytes, features, "the forest"));
  }

  double operator()(std::span<const float> features) const override {
    return trees_.sum(features, NumberTrees::Equal::Left) / static_cast<double>(trees_.trees());
  }
  std::string bytes() const override { return trees_.bytes(); }

 private:
  NumberTrees trees_;
};

const RegisterRegressor<ForestRegressor, Params> registered{
    "random_forest", "A random forest: the mean of its trees.",
    Fields<Params>{}
        .param(&Params::trees, "trees", range(1, 10000), "Trees of the forest.")
        .param(&Params::depth, "depth", range(1, 25), "Splits from the root to a leaf, at most.")
        .param(&Params::min_samples, "min_samples", range(2, 1e6),
               "Training samples a tree's node must have to be split.")
        .param(&Params::features_per_split, "features_per_split", range(0, 1e6),
               "Features drawn for each split; 0: a third of them.")
        .param(&Params::seed, "seed", range(1, 2147483647),
               "Of the generator that draws samples and features.")};

}  // namespace
}  // namespace radflow
