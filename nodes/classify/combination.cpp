#include "nodes/classify/combination.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "nodes/classify/platt.hpp"
#include "nodes/classify/softmax.hpp"

namespace radflow {
namespace {

double log_of(double probability) { return std::log(std::clamp(probability, 1e-12, 1 - 1e-12)); }

std::vector<double> shares(std::vector<double> sums) {
  softmax(sums);
  return sums;
}

std::vector<double> times(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

// The slope of the least loss; the loss is convex in it. Newton, kept within the range of the node's parameter.
double fit_slope(const std::vector<std::vector<double>>& sums, const std::vector<int>& labels) {
  double slope = 1;
  for (int round = 0; round < 200; ++round) {
    double gradient = 0, curvature = 1e-12;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::vector<double> p = shares(times(sums[i], slope));
      double mean = 0, square = 0;
      for (std::size_t k = 0; k < p.size(); ++k) {
        mean += p[k] * sums[i][k];
        square += p[k] * sums[i][k] * sums[i][k];
      }
      gradient += mean - sums[i][static_cast<std::size_t>(labels[i])];
      curvature += square - mean * mean;
    }
    const double next = std::clamp(slope - gradient / curvature, slope / 4, slope * 4);
    const bool settled = std::abs(next - slope) < 1e-12 * slope;
    slope = std::clamp(next, 1e-6, 1e6);
    if (settled) break;
  }
  return slope;
}

}  // namespace

std::vector<double> Combination::sums(std::span<const std::vector<double>* const> of) const {
  std::vector<double> sums(of.front()->size());
  for (std::size_t m = 0; m < of.size(); ++m)
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += log_of(of[m]->at(k)) / scales.at(m);
  return sums.size() == 2 ? std::vector<double>{sums[1] - sums[0]} : sums;
}

std::vector<double> Combination::probabilities(std::span<const std::vector<double>* const> of) const {
  std::vector<double> all = sums(of);
  if (all.size() > 1) return shares(slope == 1 ? all : times(std::move(all), slope));
  const double second = 1 / (1 + std::exp(-(slope * all.front() + offset)));
  return {1 - second, second};
}

double spread_of_logits(const std::vector<std::vector<double>>& probabilities) {
  const auto n = static_cast<double>(probabilities.size());
  const std::size_t classes = probabilities.front().size();
  double sum = 0, square = 0;
  for (const std::vector<double>& one : probabilities) {
    std::vector<double> logs;
    for (const double p : one) logs.push_back(log_of(p));
    if (classes == 2) {
      const double logit = logs[1] - logs[0];
      sum += logit;
      square += logit * logit;
      continue;
    }
    const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / static_cast<double>(classes);
    for (const double log : logs) square += (log - mean) * (log - mean) / static_cast<double>(classes);
  }
  const double variance = square / n - (sum / n) * (sum / n);
  return variance > 1e-24 ? std::sqrt(variance) : 1;
}

void calibrate(Combination& combination, const std::vector<std::vector<double>>& sums,
               const std::vector<int>& labels) {
  if (sums.front().size() == 1) {
    std::vector<double> scores;
    std::vector<bool> positive;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      scores.push_back(sums[i].front());
      positive.push_back(labels[i] == 1);
    }
    const Sigmoid sigmoid = fit_sigmoid(scores, positive);
    combination.slope = -sigmoid.a;
    combination.offset = -sigmoid.b;
  } else {
    combination.slope = fit_slope(sums, labels);
  }
  if (!(combination.slope > 1e-6))
    throw std::runtime_error{
        "the members' sum does not grow with the probability of the labels: the scores are of other labels, "
        "or the "
        "members have learned nothing"};
}

void CombinedMembers::probabilities(std::span<const float> features, std::span<double> out) const {
  std::vector<std::vector<double>> members(combination_.members.size());
  std::vector<const std::vector<double>*> all;
  for (std::size_t m = 0; m < members.size(); ++m) {
    for (std::size_t k = 0; k < out.size(); ++k)
      members[m].push_back(std::exp(static_cast<double>(features[m * out.size() + k])));
    all.push_back(&members[m]);
  }
  std::ranges::copy(combination_.probabilities(all), out.begin());
}

}  // namespace radflow
