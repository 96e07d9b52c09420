#include "nodes/classify/random_forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nodes/classify/model_bytes.hpp"
#include "nodes/classify/seeded.hpp"
#include "nodes/classify/watched_samples.hpp"

namespace radflow {
namespace {

static_assert(sizeof(RandomForest::Node) == 12, "a model file holds the nodes as they lie in memory");

using Members = std::vector<std::vector<int>>;  // the samples of each class

// How many places a class has in what a tree draws from. Drawing n of n samples by weight gives
// 1 - exp(-weight) of a class's samples to a tree. cv::ml draws as often as there are places, each with the
// same probability, so that 1 - 1/e of a part of the samples is what it gives: the part is chosen such that
// it is the same for the largest class. The classes have equally many places.
int places_of_a_class(const Members& members) {
  double samples = 0, largest = 0;
  for (const auto& of_class : members) {
    samples += static_cast<double>(of_class.size());
    largest = std::max(largest, static_cast<double>(of_class.size()));
  }
  const double weight = samples / (static_cast<double>(members.size()) * largest);
  return cvRound(largest * (1 - std::exp(-weight)) / (1 - std::exp(-1)));
}

// What one tree of a balanced forest draws from. Of a class with fewer samples than places all are repeated
// alike, of the others a random part is taken, anew for each tree. cv::ml's priors would weigh the splits
// alone, which a tree of pure leaves does not feel.
std::vector<int> balanced_index(const Members& members, int places) {
  cv::RNG& random = cv::theRNG();
  std::vector<int> index;
  for (std::vector<int> shuffled : members) {
    for (std::size_t i = shuffled.size(); i > 1; --i)
      std::swap(shuffled[i - 1], shuffled[static_cast<std::size_t>(random.uniform(0, static_cast<int>(i)))]);
    for (std::size_t i = 0; i < static_cast<std::size_t>(places); ++i)
      index.push_back(shuffled[i % shuffled.size()]);
  }
  return index;
}

Members members_of_classes(const TrainingSet& set) {
  Members members(static_cast<std::size_t>(set.classes));
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    members[static_cast<std::size_t>(set.labels[i])].push_back(static_cast<int>(i));
  return members;
}

cv::Ptr<cv::ml::RTrees> grow_trees(const TrainingSet& set, const RandomForestParams& params, int trees,
                                   const std::vector<int>& index) {
  auto forest = cv::ml::RTrees::create();
  // The count alone ends it: a target error would make the number of trees depend on the data.
  forest->setTermCriteria({cv::TermCriteria::MAX_ITER, trees, 0});
  forest->setMaxDepth(params.depth);
  forest->setMinSampleCount(params.min_samples - 1);  // cv::ml splits above this count
  forest->setActiveVarCount(params.features_per_split);
  forest->train(cv::makePtr<WatchedSamples>(
      cv::ml::TrainData::create(set.samples, cv::ml::ROW_SAMPLE, set.labels, cv::noArray(), index)));
  return forest;
}

}  // namespace

std::vector<cv::Ptr<cv::ml::RTrees>> RandomForest::grow(const TrainingSet& set,
                                                        const RandomForestParams& params) {
  const Seeded seeded{params.seed};
  if (params.class_weight != ClassWeight::Balanced) return {grow_trees(set, params, params.trees, {})};
  const Members members = members_of_classes(set);
  const int places = places_of_a_class(members);
  std::vector<cv::Ptr<cv::ml::RTrees>> forests;
  for (int tree = 0; tree < params.trees; ++tree)
    forests.push_back(grow_trees(set, params, 1, balanced_index(members, places)));
  return forests;
}

RandomForest::RandomForest(const std::vector<cv::Ptr<cv::ml::RTrees>>& forests) {
  for (const auto& forest : forests) append_trees(*forest);
}

void RandomForest::append_trees(const cv::ml::RTrees& forest) {
  const auto& nodes = forest.getNodes();
  const auto& splits = forest.getSplits();
  for (const int root : forest.getRoots()) {
    const std::size_t first = nodes_.size();
    std::vector<int> source;  // source[i]: the node of cv::ml that nodes_[first + i] is
    const auto place = [&](int node) {
      source.push_back(node);
      nodes_.emplace_back();
    };
    roots_.push_back(static_cast<std::uint32_t>(first));
    place(root);
    // Breadth first: children come after their parent, side by side.
    for (std::size_t next = first; next < nodes_.size(); ++next) {
      const auto& node = nodes[source[next - first]];
      if (node.split < 0) {
        nodes_[next].feature = -1 - node.classIdx;
        continue;
      }
      const auto& split = splits[node.split];
      nodes_[next] = {split.varIdx, split.c, static_cast<std::uint32_t>(nodes_.size())};
      place(node.left);
      place(node.right);
    }
  }
}

RandomForest::RandomForest(std::string_view bytes, std::size_t features, std::size_t classes) {
  ModelBytes numbers{bytes, "the forest"};
  const auto trees = numbers.one<std::uint32_t>(), nodes = numbers.one<std::uint32_t>();
  numbers.expect(trees > 0 && nodes > 0, "it has no tree");
  roots_ = numbers.many<std::uint32_t>(trees);
  nodes_ = numbers.many<Node>(nodes);
  numbers.expect_end();

  const auto refuse = [&](const std::string& what) { numbers.expect(false, what); };
  for (const std::uint32_t root : roots_)
    if (root >= nodes_.size()) refuse(fmt::format("a tree begins at node {} of {}", root, nodes_.size()));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.feature < 0) {
      if (static_cast<std::size_t>(-1 - node.feature) >= classes)
        refuse(fmt::format("node {} has no such class", i));
    } else if (static_cast<std::size_t>(node.feature) >= features) {
      refuse(fmt::format("node {} has no such feature", i));
    } else if (node.left <= i || std::uint64_t{node.left} + 1 >= nodes_.size()) {
      refuse(fmt::format("node {} has children out of place", i));
    }
  }
}

void RandomForest::probabilities(std::span<const float> features, std::span<double> out) const {
  std::ranges::fill(out, 0.0);
  for (std::uint32_t at : roots_) {
    // Not `value > threshold`: of a NaN both say no, and cv::ml goes right.
    while (nodes_[at].feature >= 0)
      at = nodes_[at].left + !(features[nodes_[at].feature] <= nodes_[at].threshold);
    out[-1 - nodes_[at].feature] += 1;
  }
  for (double& votes : out) votes /= static_cast<double>(roots_.size());
}

std::string RandomForest::bytes() const {
  std::string bytes;
  append_value(bytes, static_cast<std::uint32_t>(roots_.size()));
  append_value(bytes, static_cast<std::uint32_t>(nodes_.size()));
  append_values(bytes, roots_);
  append_values(bytes, nodes_);
  return bytes;
}

std::unique_ptr<Classifier> RandomForest::train(const TrainingSet& set, const RandomForestParams& params) {
  return std::make_unique<RandomForest>(grow(set, params));
}

std::unique_ptr<Classifier> RandomForest::read(std::string_view bytes, std::size_t features,
                                               std::size_t classes) {
  return std::make_unique<RandomForest>(bytes, features, classes);
}

std::string RandomForest::balanced_by(const RandomForestParams& params) {
  return params.class_weight == ClassWeight::Balanced ? "draw" : "";
}

Choices<ClassWeight> choices_of(ClassWeight) {
  return {{ClassWeight::None, "none", "Every sample counts the same."},
          {ClassWeight::Balanced, "balanced",
           "Every class counts the same, however many samples it has: each tree draws its samples with that "
           "weight, as scikit-learn does from 1.9 on."}};
}

namespace {

using Params = RandomForestParams;

const RegisterAlgorithm<RandomForest, Params> registered{
    "random_forest", "A random forest: the share of its trees' votes.",
    Fields<Params>{}
        .param(&Params::trees, "trees", range(1, 10000), "Trees of the forest.")
        .param(&Params::depth, "depth", range(1, 25), "Splits from the root to a leaf, at most.")
        .param(&Params::min_samples, "min_samples", range(2, 1e6),
               "Training samples a tree's node must have to be split.")
        .param(&Params::features_per_split, "features_per_split", range(0, 1e6),
               "Features drawn for each split; 0: the square root of their number.")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count.")
        .param(
            &Params::seed, "seed", range(1, 2147483647),
            "Of the generator that draws samples and features; the same seed gives the same model, byte for "
            "byte.")};

}  // namespace
}  // namespace radflow
