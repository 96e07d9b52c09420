#include "nodes/classify/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "nodes/classify/cut_off.hpp"

namespace radflow {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The problem by Newton's method, whose equations are solved by conjugate gradients (truncated Newton): no matrix of
// features by features is ever made. The unknowns are, row by row, the weights and the intercept behind them. Features
// are centred on the way, which changes the intercepts only, so that large means cost no steps.
class Problem {
 public:
  Problem(const TrainingSet& set, const Vector& weights, double c)
      : set_{set},
        weights_{weights},
        c_{c},
        n_{set.labels.size()},
        p_{static_cast<std::size_t>(set.samples.cols)},
        rows_{Linear::rows(static_cast<std::size_t>(set.classes))},
        centre_(p_),
        probability_(n_ * rows_) {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < p_; ++j) centre_[j] += double{sample(i)[j]} / static_cast<double>(n_);
  }

  std::size_t unknowns() const { return rows_ * (p_ + 1); }

  // Keeps the probabilities for what follows.
  double loss(const Vector& at) {
    Vector z = product(at);
    double sum = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      double* const row = z.data() + i * rows_;
      // Two classes have one row: the other's is 0.
      double top = rows_ == 1 ? 0.0 : row[0];
      for (std::size_t k = 0; k < rows_; ++k) top = std::max(top, row[k]);
      double total = rows_ == 1 ? std::exp(-top) : 0;
      for (std::size_t k = 0; k < rows_; ++k) total += std::exp(row[k] - top);
      const auto label = static_cast<std::size_t>(set_.labels[i]);
      const double own = rows_ == 1 ? (label == 1 ? row[0] : 0) : row[label];
      sum += weights_[i] * (top + std::log(total) - own);
      for (std::size_t k = 0; k < rows_; ++k) probability_[i * rows_ + k] = std::exp(row[k] - top) / total;
    }
    return sum + penalty(at, at) / 2;
  }
  Vector gradient(const Vector& at) const {
    Vector errors = probability_;
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t k = 0; k < rows_; ++k) {
        const std::size_t label = static_cast<std::size_t>(set_.labels[i]);
        errors[i * rows_ + k] -= rows_ == 1 ? label == 1 : label == k;
        errors[i * rows_ + k] *= weights_[i];
      }
    return back(errors, at);
  }
  // Hessian times direction.
  Vector curve(const Vector& direction) const {
    Vector u = product(direction);
    for (std::size_t i = 0; i < n_; ++i) {
      const double* const p = probability_.data() + i * rows_;
      double* const row = u.data() + i * rows_;
      double mean = 0;
      for (std::size_t k = 0; k < rows_; ++k) mean += p[k] * row[k];
      for (std::size_t k = 0; k < rows_; ++k) row[k] = weights_[i] * p[k] * (row[k] - mean);
    }
    return back(u, direction);
  }
  // The Hessian's diagonal, which is never 0.
  Vector diagonal() const {
    Vector out(unknowns(), 1e-12);
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t k = 0; k < rows_; ++k) {
        const double p = probability_[i * rows_ + k], weight = weights_[i] * p * (1 - p);
        double* const of_row = out.data() + k * (p_ + 1);
        for (std::size_t j = 0; j < p_; ++j) {
          const double x = double{sample(i)[j]} - centre_[j];
          of_row[j] += weight * x * x;
        }
        of_row[p_] += weight;
      }
    for (std::size_t k = 0; k < rows_; ++k)
      for (std::size_t j = 0; j < p_; ++j) out[k * (p_ + 1) + j] += 1 / c_;
    return out;
  }
  Linear linear(const Vector& at) const {
    Linear linear;
    for (std::size_t k = 0; k < rows_; ++k) {
      const double* const row = at.data() + k * (p_ + 1);
      linear.weights.insert(linear.weights.end(), row, row + p_);
      linear.intercepts.push_back(row[p_] - std::inner_product(row, row + p_, centre_.begin(), 0.0));
    }
    return linear;
  }

 private:
  const float* sample(std::size_t i) const { return set_.samples.ptr<float>(static_cast<int>(i)); }
  double penalty(const Vector& a, const Vector& b) const {
    double sum = 0;
    for (std::size_t k = 0; k < rows_; ++k)
      for (std::size_t j = 0; j < p_; ++j) sum += a[k * (p_ + 1) + j] * b[k * (p_ + 1) + j];
    return sum / c_;
  }
  // One value per sample and row.
  Vector product(const Vector& at) const {
    const Linear rows = linear(at);
    Vector out(n_ * rows_);
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t k = 0; k < rows_; ++k) {
        const double* const weight = rows.weights.data() + k * p_;
        double sum = rows.intercepts[k];
        for (std::size_t j = 0; j < p_; ++j) sum += weight[j] * double{sample(i)[j]};
        out[i * rows_ + k] = sum;
      }
    return out;
  }
  // The transposed product, and the penalty's part.
  Vector back(const Vector& values, const Vector& at) const {
    Vector out(unknowns());
    for (std::size_t k = 0; k < rows_; ++k) {
      double* const row = out.data() + k * (p_ + 1);
      for (std::size_t i = 0; i < n_; ++i) {
        const double value = values[i * rows_ + k];
        row[p_] += value;
        for (std::size_t j = 0; j < p_; ++j) row[j] += value * double{sample(i)[j]};
      }
      for (std::size_t j = 0; j < p_; ++j) row[j] += at[k * (p_ + 1) + j] / c_ - row[p_] * centre_[j];
    }
    return out;
  }

  const TrainingSet& set_;
  const Vector& weights_;
  const double c_;
  const std::size_t n_, p_, rows_;
  Vector centre_;
  Vector probability_;
};

// Solves curve(x) = -gradient, as exactly as pays at this distance from the minimum.
Vector newton_step(const Problem& problem, const Vector& gradient, const Vector& diagonal) {
  Vector x(gradient.size()), residual(gradient.size()), z(gradient.size());
  const auto precondition = [&] {
    for (std::size_t j = 0; j < z.size(); ++j) z[j] = residual[j] / diagonal[j];
  };
  std::ranges::transform(gradient, residual.begin(), std::negate{});
  precondition();
  Vector direction = z;
  double size = dot(residual, z);
  const double enough = size * std::min(0.01, size);
  for (int round = 0; round < 1000 && size > enough; ++round) {
    end_if_cut_off();
    const Vector curved = problem.curve(direction);
    const double along = dot(direction, curved);
    if (!(along > 0)) break;
    const double step = size / along;
    for (std::size_t j = 0; j < x.size(); ++j) x[j] += step * direction[j], residual[j] -= step * curved[j];
    precondition();
    const double next = dot(residual, z);
    for (std::size_t j = 0; j < x.size(); ++j) direction[j] = z[j] + next / size * direction[j];
    size = next;
  }
  return x;
}

}  // namespace

Linear fit_logistic(const TrainingSet& set, const std::vector<double>& weights, double c) {
  Problem problem{set, weights, c};
  Vector at(problem.unknowns());
  double loss = problem.loss(at);
  for (int round = 0; round < 200; ++round) {
    const Vector gradient = problem.gradient(at), diagonal = problem.diagonal();
    double size = 0;  // about twice the loss above the minimum
    for (std::size_t j = 0; j < at.size(); ++j) size += gradient[j] * gradient[j] / diagonal[j];
    if (size <= 1e-18 * std::max(1.0, loss)) return problem.linear(at);
    const Vector step = newton_step(problem, gradient, diagonal);
    const double slope = dot(gradient, step);
    double share = 1;
    for (; share > 1e-9; share /= 2) {
      Vector next = at;
      for (std::size_t j = 0; j < at.size(); ++j) next[j] += share * step[j];
      const double there = problem.loss(next);
      // Close to the minimum the losses differ by rounding only; the step is good all the same.
      if (!(there <= loss + 1e-4 * share * slope + 1e-12 * std::abs(loss))) continue;
      at = std::move(next);
      loss = there;
      break;
    }
    if (share <= 1e-9) break;
  }
  throw std::runtime_error{
      "logistic does not find its minimum: the features' scales differ too much; give standardize: {} or a "
      "smaller C"};
}

}  // namespace radflow
