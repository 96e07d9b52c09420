// ridge: least squares on -1 and 1 with L2 penalty, in double; several classes one against the rest.
//   - classify: {model: lesions.model, train: {algorithm: ridge, alpha: 10, standardize: {}}}
//
// Scores are equal to those of scikit-learn's RidgeClassifier of the same alpha to 1e-6.
#include <opencv2/core.hpp>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/linear.hpp"

namespace radflow {
namespace {

struct Params {
  double alpha = 1;
  LossWeight class_weight = LossWeight::None;
};

// Rows and targets are multiplied by the root of the sample's weight after their weighted means are taken off; the
// intercepts are what that leaves. Of the two systems of equations the smaller one is solved.
Linear fit(const TrainingSet& set, const std::vector<double>& weights, double alpha) {
  const std::size_t classes = Linear::rows(static_cast<std::size_t>(set.classes));
  cv::Mat samples, targets(set.samples.rows, static_cast<int>(classes), CV_64F);
  set.samples.convertTo(samples, CV_64F);
  for (int i = 0; i < samples.rows; ++i)
    for (std::size_t k = 0; k < classes; ++k)
      targets.ptr<double>(i)[k] =
          set.labels[static_cast<std::size_t>(i)] == static_cast<int>(classes == 1 ? 1 : k) ? 1 : -1;
  cv::Mat centre = cv::Mat::zeros(1, samples.cols, CV_64F), target = cv::Mat::zeros(1, targets.cols, CV_64F);
  double total = 0;
  for (const double weight : weights) total += weight;
  for (int i = 0; i < samples.rows; ++i) {
    const double share = weights[static_cast<std::size_t>(i)] / total;
    cv::scaleAdd(samples.row(i), share, centre, centre);
    cv::scaleAdd(targets.row(i), share, target, target);
  }
  for (int i = 0; i < samples.rows; ++i) {
    const double root = std::sqrt(weights[static_cast<std::size_t>(i)]);
    samples.row(i) = (samples.row(i) - centre) * root;
    targets.row(i) = (targets.row(i) - target) * root;
  }
  const bool by_feature = samples.cols <= samples.rows;
  cv::Mat product, solution;
  cv::mulTransposed(samples, product, by_feature);
  product.diag() += alpha;
  const cv::Mat right = by_feature ? cv::Mat{samples.t() * targets} : targets;
  if (!cv::solve(product, right, solution, cv::DECOMP_CHOLESKY))
    throw std::runtime_error{
        "ridge cannot solve its equations: the features' scales differ too much; give standardize: {} or a "
        "larger alpha"};
  if (!by_feature) solution = samples.t() * solution;

  Linear linear;
  for (int k = 0; k < solution.cols; ++k) {
    double intercept = target.at<double>(k);
    for (int j = 0; j < solution.rows; ++j) {
      linear.weights.push_back(solution.at<double>(j, k));
      intercept -= linear.weights.back() * centre.at<double>(j);
    }
    linear.intercepts.push_back(intercept);
  }
  return linear;
}

class Ridge final : public Classifier {
 public:
  static constexpr bool gives_scores = true;

  explicit Ridge(Linear linear) : linear_{std::move(linear)} {}

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    return std::make_unique<Ridge>(fit(set, sample_weights(set, params.class_weight), params.alpha));
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    return std::make_unique<Ridge>(Linear::read(bytes, features, classes, "the ridge"));
  }
  static std::string balanced_by(const Params& params) { return radflow::balanced_by(params.class_weight); }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    linear_.scores(features, out);
  }
  std::string bytes() const override { return linear_.bytes(); }

 private:
  Linear linear_;
};

const RegisterAlgorithm<Ridge, Params> registered{
    "ridge", "Least squares on -1 and 1 with L2 penalty; probabilities by Platt.",
    Fields<Params>{}
        .param(&Params::alpha, "alpha", range(1e-9, 1e12), "The penalty.")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count.")};

}  // namespace
}  // namespace radflow
