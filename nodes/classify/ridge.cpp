// ridge: least squares on -1 and 1 with L2 penalty, in double; several classes one against the rest.
//   - classify: {model: lesions.model, train: {algorithm: ridge, alpha: 10, standardize: {}}}
//
// Scores are equal to those of scikit-learn's RidgeClassifier of the same alpha to 1e-6.
#include <opencv2/core.hpp>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/linear.hpp"
#include "nodes/classify/ridge_fit.hpp"

namespace radflow {
namespace {

struct Params {
  double alpha = 1;
  LossWeight class_weight = LossWeight::None;
};

// -1 and 1; of two classes one column, the second's.
cv::Mat targets_of(const TrainingSet& set) {
  const std::size_t classes = Linear::rows(static_cast<std::size_t>(set.classes));
  cv::Mat targets(set.samples.rows, static_cast<int>(classes), CV_64F);
  for (int i = 0; i < targets.rows; ++i)
    for (std::size_t k = 0; k < classes; ++k)
      targets.ptr<double>(i)[k] =
          set.labels[static_cast<std::size_t>(i)] == static_cast<int>(classes == 1 ? 1 : k) ? 1 : -1;
  return targets;
}

class Ridge final : public Classifier {
 public:
  static constexpr bool gives_scores = true;

  explicit Ridge(Linear linear) : linear_{std::move(linear)} {}

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    return std::make_unique<Ridge>(
        fit_ridge(set.samples, targets_of(set), sample_weights(set, params.class_weight), params.alpha));
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
