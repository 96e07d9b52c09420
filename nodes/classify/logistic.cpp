// logistic: a logistic regression with L2 penalty, in double; several classes by one softmax.
//   - classify: {model: lesions.model, train: {algorithm: logistic, C: 0.1, standardize: {}}}
//
// Equal to scikit-learn's LogisticRegression of the same C to 1e-6.
#include <algorithm>
#include <cmath>
#include <limits>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/logistic_fit.hpp"
#include "nodes/classify/softmax.hpp"

namespace radflow {
namespace {

struct Params {
  double c = 1;
  LossWeight class_weight = LossWeight::None;
};

class Logistic final : public Classifier {
 public:
  static constexpr std::string_view gives = "softmax of the scores";

  explicit Logistic(Linear linear) : linear_{std::move(linear)} {}

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    return std::make_unique<Logistic>(fit_logistic(set, sample_weights(set, params.class_weight), params.c));
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    return std::make_unique<Logistic>(Linear::read(bytes, features, classes, "the logistic regression"));
  }
  static std::string balanced_by(const Params& params) { return radflow::balanced_by(params.class_weight); }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    linear_.scores(features, out);
    if (out.size() == 2) out[0] = 0;
    constexpr double most = std::numeric_limits<double>::max();
    // Numbers of a damaged file may have no finite sum.
    for (double& score : out) score = std::isnan(score) ? 0 : std::clamp(score, -most, most);
    softmax(out);
  }
  std::string bytes() const override { return linear_.bytes(); }

 private:
  Linear linear_;
};

const RegisterAlgorithm<Logistic, Params> registered{
    "logistic", "A logistic regression with L2 penalty.",
    Fields<Params>{}
        .param(&Params::c, "C", range(1e-9, 1e9), "Inverse of the penalty: smaller is stronger.")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count.")};

}  // namespace
}  // namespace radflow
