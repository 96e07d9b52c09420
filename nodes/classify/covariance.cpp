#include "nodes/classify/covariance.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace radflow {
namespace {

std::size_t row_at(std::size_t row) { return row * (row + 1) / 2; }

std::size_t size_of(const std::vector<double>& lower) {
  std::size_t size = 0;
  while (row_at(size) < lower.size()) ++size;
  if (row_at(size) != lower.size()) throw std::runtime_error{"a covariance has no such number of values"};
  return size;
}

}  // namespace

ShrunkCovariance ledoit_wolf(const std::vector<std::vector<double>>& rows) {
  const auto n = static_cast<int>(rows.size()), p = static_cast<int>(rows.front().size());
  cv::Mat_<double> x(n, p);
  for (int i = 0; i < n; ++i) std::ranges::copy(rows[static_cast<std::size_t>(i)], x.ptr<double>(i));
  cv::Mat mean;
  cv::reduce(x, mean, 0, cv::REDUCE_AVG);
  for (int i = 0; i < n; ++i) x.row(i) -= mean;
  cv::Mat_<double> covariance;
  cv::mulTransposed(x, covariance, true, cv::noArray(), 1.0 / n);

  // How far the samples' own products scatter about the covariance, and how far this lies from equal variances.
  const double variance = cv::trace(covariance)[0] / p;
  double fourth = 0;
  for (int i = 0; i < n; ++i) {
    const double square = x.row(i).dot(x.row(i));
    fourth += square * square / n;
  }
  const double squares = covariance.dot(covariance);
  const double far = (squares - p * variance * variance) / p;
  const double scatter = std::min((fourth - squares) / n / p, far);
  ShrunkCovariance out;
  out.shrinkage = scatter > 0 ? scatter / far : 0;
  out.lower.reserve(row_at(static_cast<std::size_t>(p)));
  for (int row = 0; row < p; ++row)
    for (int column = 0; column <= row; ++column)
      out.lower.push_back((1 - out.shrinkage) * covariance(row, column) +
                          (row == column ? out.shrinkage * variance : 0));
  return out;
}

Covariance::Covariance(ShrunkCovariance covariance)
    : covariance_{std::move(covariance)}, features_{size_of(covariance_.lower)}, factor_{covariance_.lower} {
  for (std::size_t row = 0; row < features_; ++row)
    for (std::size_t column = 0; column <= row; ++column) {
      const double* const one = &factor_[row_at(row)];
      const double* const other = &factor_[row_at(column)];
      double value = one[column];
      for (std::size_t k = 0; k < column; ++k) value -= one[k] * other[k];
      if (row == column && !(value > 0 && std::isfinite(value)))
        throw std::runtime_error{"the features' covariance is singular: one follows from the others"};
      factor_[row_at(row) + column] = row == column ? std::sqrt(value) : value / other[column];
    }
}

double Covariance::distance(std::span<const double> from_mean) const {
  std::vector<double> solved(features_);
  double sum = 0;
  for (std::size_t row = 0; row < features_; ++row) {
    const double* const line = &factor_[row_at(row)];
    double value = from_mean[row];
    for (std::size_t k = 0; k < row; ++k) value -= line[k] * solved[k];
    solved[row] = value / line[row];
    sum += solved[row] * solved[row];
  }
  return std::sqrt(sum);
}

}  // namespace radflow
