#include "nodes/classify/platt.hpp"

#include <algorithm>
#include <numeric>

namespace radflow {
namespace {

// -(t log p + (1 - t) log(1 - p)) of p = 1 / (1 + exp(f)), without overflow.
double loss_of(double f, double t) {
  return f >= 0 ? t * f + std::log1p(std::exp(-f)) : (t - 1) * f + std::log1p(std::exp(f));
}

}  // namespace

double Sigmoid::operator()(double score) const {
  const double f = a * score + b;
  if (std::isnan(f)) return 0.5;  // numbers of a damaged file
  return f >= 0 ? std::exp(-f) / (1 + std::exp(-f)) : 1 / (1 + std::exp(f));
}

// Newton with backtracking. The scores are brought to a deviation of 1 for it, so that no scale of them matters.
Sigmoid fit_sigmoid(std::span<const double> scores, const std::vector<bool>& positive) {
  const auto n = static_cast<double>(scores.size());
  const auto positives = static_cast<double>(std::ranges::count(positive, true));
  const double high = (positives + 1) / (positives + 2), low = 1 / (n - positives + 2);
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / n;
  double square = 0;
  for (const double score : scores) square += (score - mean) * (score - mean);
  const double scale = square > 0 ? std::sqrt(square / n) : 1;
  const auto x = [&](std::size_t i) { return (scores[i] - mean) / scale; };
  const auto loss = [&](const Sigmoid& s) {
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
      sum += loss_of(s.a * x(i) + s.b, positive[i] ? high : low);
    return sum;
  };

  Sigmoid at{0, std::log((n - positives + 1) / (positives + 1))};
  double best = loss(at);
  for (int round = 0; round < 100; ++round) {
    double aa = 1e-12, ab = 0, bb = 1e-12, ga = 0, gb = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = at(x(i)), weight = p * (1 - p), slope = (positive[i] ? high : low) - p;
      aa += x(i) * x(i) * weight;
      ab += x(i) * weight;
      bb += weight;
      ga += x(i) * slope;
      gb += slope;
    }
    if (std::abs(ga) < 1e-10 * n && std::abs(gb) < 1e-10 * n) break;
    const double determinant = aa * bb - ab * ab;
    const double da = -(bb * ga - ab * gb) / determinant, db = -(aa * gb - ab * ga) / determinant;
    double step = 1;
    for (; step > 1e-10; step /= 2) {
      const Sigmoid next{at.a + step * da, at.b + step * db};
      const double there = loss(next);
      if (there >= best + 1e-4 * step * (ga * da + gb * db)) continue;
      at = next;
      best = there;
      break;
    }
    if (step <= 1e-10) break;
  }
  if (at.a < 0) return {at.a / scale, at.b - at.a * mean / scale};
  // The loss is convex: with a slope that may not fall its least is where a is 0 and the probability is the mean target.
  const double prior = (positives * high + (n - positives) * low) / n;
  return {0, std::log((1 - prior) / prior)};
}

Platt::Platt(const std::vector<std::vector<double>>& scores, const std::vector<int>& labels) {
  for (std::size_t c = scores.size() == 2 ? 1 : 0; c < scores.size(); ++c) {
    std::vector<bool> positive;
    for (const int label : labels) positive.push_back(label == static_cast<int>(c));
    sigmoids_.push_back(fit_sigmoid(scores[c], positive));
  }
}

Platt::Platt(ModelBytes& bytes, std::size_t classes) {
  for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    const auto numbers = bytes.finite<double>(2);
    sigmoids_.push_back({numbers[0], numbers[1]});
  }
}

void Platt::to_probabilities(std::span<double> scores) const {
  if (scores.size() == 2) {
    scores[1] = sigmoids_.front()(scores[1]);
    scores[0] = 1 - scores[1];
    return;
  }
  double sum = 0;
  for (std::size_t c = 0; c < scores.size(); ++c) sum += scores[c] = sigmoids_[c](scores[c]);
  for (double& value : scores) value = sum > 0 ? value / sum : 1 / static_cast<double>(scores.size());
}

std::vector<std::size_t> Platt::without_slope() const {
  std::vector<std::size_t> classes;
  for (std::size_t i = 0; i < sigmoids_.size(); ++i)
    if (sigmoids_[i].a == 0) classes.push_back(sigmoids_.size() == 1 ? 1 : i);
  return classes;
}

std::string Platt::bytes() const {
  std::string bytes;
  append_values(bytes, sigmoids_);
  return bytes;
}

}  // namespace radflow
