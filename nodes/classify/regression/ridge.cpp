// ridge: least squares with L2 penalty, in double.
//   - regress: {model: age.model, train: {algorithm: ridge, alpha: 10, standardize: {}}}
//
// Predictions are equal to those of scikit-learn's Ridge of the same alpha to 1e-6.
#include <opencv2/core.hpp>

#include "nodes/classify/regressor.hpp"
#include "nodes/classify/ridge_fit.hpp"

namespace radflow {
namespace {

struct Params {
  double alpha = 1;
};

class RidgeRegressor final : public Regressor {
 public:
  explicit RidgeRegressor(Linear linear) : linear_{std::move(linear)} {}

  static std::unique_ptr<Regressor> train(const RegressionSet& set, const Params& params) {
    const std::vector<double> weights(set.targets.size(), 1);
    return std::make_unique<RidgeRegressor>(
        fit_ridge(set.samples, cv::Mat{set.targets, true}, weights, params.alpha));
  }
  static std::unique_ptr<Regressor> read(std::string_view bytes, std::size_t features) {
    return std::make_unique<RidgeRegressor>(Linear::read(bytes, features, 2, "the ridge"));  // one row
  }

  double operator()(std::span<const float> features) const override {
    double scores[2];
    linear_.scores(features, scores);
    return scores[1];
  }
  std::string bytes() const override { return linear_.bytes(); }

 private:
  Linear linear_;
};

const RegisterRegressor<RidgeRegressor, Params> registered{
    "ridge", "Least squares with L2 penalty.",
    Fields<Params>{}.param(&Params::alpha, "alpha", range(1e-9, 1e12), "The penalty.")};

}  // namespace
}  // namespace radflow
