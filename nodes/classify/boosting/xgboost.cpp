// xgboost: boosted trees, grown by libxgboost and answered for by flattened arrays; several classes by one softmax.
//   - classify: {model: lesions.model, train: {algorithm: xgboost, trees: 200, depth: 3}}
//
// tree_method is hist, base_score 0.5 and nthread 1, so that the same samples give the same bytes by the same version of
// the library. Probabilities are those of libxgboost to 1e-6.
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/linear.hpp"
#include "nodes/classify/model_bytes.hpp"

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

// As in the file. The children of a split stand side by side, after it: no walk can go round.
struct Node {
  std::int32_t feature = -1;  // -1: a leaf
  float value = 0;            // a split goes left if the feature is below it; of a leaf what it adds
  std::uint32_t left = 0;
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

class Xgboost final : public Classifier {
 public:
  static constexpr std::string_view gives = "softmax of the trees' sums";

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    Handles handles;
    const auto rows = static_cast<bst_ulong>(set.samples.rows),
               columns = static_cast<bst_ulong>(set.samples.cols);
    const cv::Mat samples = set.samples.isContinuous() ? set.samples : set.samples.clone();
    check(XGDMatrixCreateFromMat(samples.ptr<float>(), rows, columns, std::nanf(""), &handles.samples));
    const std::vector<float> labels(set.labels.begin(), set.labels.end());
    check(XGDMatrixSetFloatInfo(handles.samples, "label", labels.data(), labels.size()));
    const std::vector<double> counts = sample_weights(set, params.class_weight);
    const std::vector<float> weights(counts.begin(), counts.end());
    check(XGDMatrixSetFloatInfo(handles.samples, "weight", weights.data(), weights.size()));
    check(XGBoosterCreate(&handles.samples, 1, &handles.booster));
    std::vector<std::pair<std::string, std::string>> settings{
        {"tree_method", "hist"},
        {"base_score", "0.5"},
        {"nthread", "1"},
        {"verbosity", "0"},
        {"max_depth", std::to_string(params.depth)},
        {"eta", fmt::format("{}", params.learning_rate)},
        {"lambda", fmt::format("{}", params.lambda)},
        {"min_child_weight", fmt::format("{}", params.min_child_weight)},
        {"subsample", fmt::format("{}", params.row_share)},
        {"colsample_bytree", fmt::format("{}", params.column_share)},
        {"seed", std::to_string(params.seed)},
        {"objective", set.classes == 2 ? "binary:logistic" : "multi:softprob"}};
    if (set.classes > 2) settings.emplace_back("num_class", std::to_string(set.classes));
    for (const auto& [name, value] : settings)
      check(XGBoosterSetParam(handles.booster, name.c_str(), value.c_str()));
    for (int round = 0; round < params.trees; ++round)
      check(XGBoosterUpdateOneIter(handles.booster, round, handles.samples));
    bst_ulong count = 0;
    const char** trees = nullptr;
    check(XGBoosterDumpModelEx(handles.booster, "", 0, "json", &count, &trees));
    auto model = std::make_unique<Xgboost>();
    for (bst_ulong tree = 0; tree < count; ++tree) model->append_tree(nlohmann::json::parse(trees[tree]));
    return model;
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    ModelBytes numbers{bytes, "the boosted trees"};
    auto model = std::make_unique<Xgboost>();
    const auto trees = numbers.one<std::uint32_t>(), nodes = numbers.one<std::uint32_t>();
    model->roots_ = numbers.many<std::uint32_t>(trees);
    model->nodes_ = numbers.many<Node>(nodes);
    numbers.expect_end();
    numbers.expect(trees > 0 && trees % Linear::rows(classes) == 0, "its trees do not fit its classes");
    for (const std::uint32_t root : model->roots_) numbers.expect(root < nodes, "a tree begins nowhere");
    for (std::size_t i = 0; i < nodes; ++i) {
      const Node& node = model->nodes_[i];
      numbers.expect(std::isfinite(node.value), "a number is not finite");
      if (node.feature < 0) continue;
      numbers.expect(static_cast<std::size_t>(node.feature) < features, "a split has no such feature");
      numbers.expect(node.left > i && std::uint64_t{node.left} + 1 < nodes,
                     "a split has children out of place");
    }
    return model;
  }
  static std::string balanced_by(const Params& params) { return radflow::balanced_by(params.class_weight); }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    const std::size_t rows = Linear::rows(out.size());
    std::ranges::fill(out, 0.0);
    // Trees of the classes take turns; of two classes they are all the second's.
    for (std::size_t tree = 0; tree < roots_.size(); ++tree) {
      std::uint32_t at = roots_[tree];
      while (nodes_[at].feature >= 0)
        at = nodes_[at].left + !(features[static_cast<std::size_t>(nodes_[at].feature)] < nodes_[at].value);
      out[rows == 1 ? 1 : tree % rows] += double{nodes_[at].value};
    }
    const double top = *std::ranges::max_element(out);
    double sum = 0;
    for (double& score : out) sum += score = std::exp(score - top);
    for (double& score : out) score /= sum;
  }
  std::string bytes() const override {
    std::string bytes;
    append_value(bytes, static_cast<std::uint32_t>(roots_.size()));
    append_value(bytes, static_cast<std::uint32_t>(nodes_.size()));
    append_values(bytes, roots_);
    append_values(bytes, nodes_);
    return bytes;
  }

 private:
  // Breadth first: children come after their parent, side by side.
  void append_tree(const nlohmann::json& root) {
    std::vector<const nlohmann::json*> source{&root};
    const std::size_t first = nodes_.size();
    roots_.push_back(static_cast<std::uint32_t>(first));
    nodes_.emplace_back();
    for (std::size_t next = first; next < nodes_.size(); ++next) {
      const nlohmann::json& node = *source[next - first];
      if (const auto leaf = node.find("leaf"); leaf != node.end()) {
        nodes_[next].value = leaf->get<float>();
        continue;
      }
      // "f12", by the column's number.
      nodes_[next].feature = std::stoi(node.at("split").get<std::string>().substr(1));
      nodes_[next].value = node.at("split_condition").get<float>();
      nodes_[next].left = static_cast<std::uint32_t>(nodes_.size());
      for (const char* side : {"yes", "no"})
        for (const nlohmann::json& child : node.at("children"))
          if (child.at("nodeid") == node.at(side)) {
            source.push_back(&child);
            nodes_.emplace_back();
          }
    }
  }

  std::vector<std::uint32_t> roots_;
  std::vector<Node> nodes_;
};

const RegisterAlgorithm<Xgboost, Params> registered{
    "xgboost", "Boosted trees, by libxgboost.",
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
