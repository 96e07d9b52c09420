#include "nodes/classify/ridge_fit.hpp"

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace radflow {

// Rows and targets are multiplied by the root of the sample's weight after their weighted means are taken off; the
// intercepts are what that leaves. Of the two systems of equations the smaller one is solved.
Linear fit_ridge(const cv::Mat& of, cv::Mat targets, const std::vector<double>& weights, double alpha) {
  cv::Mat samples;
  of.convertTo(samples, CV_64F);
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

}  // namespace radflow
