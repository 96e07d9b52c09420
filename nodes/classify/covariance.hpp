// Covariance: how features vary together, so that the distance of others is told in all directions alike (Mahalanobis).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace radflow {

// Ledoit and Wolf, J. Multivariate Analysis 88 (2004) 365: the sample covariance is shrunk towards equal variances as far
// as its error asks for, so that it can be inverted with fewer samples than features too. To 1e-6 scikit-learn's LedoitWolf.
struct ShrunkCovariance {
  double shrinkage = 0;
  std::vector<double> lower;  // Row by row up to the diagonal.
};
// There is one row at least, and all have one length. Their mean is taken off.
ShrunkCovariance ledoit_wolf(const std::vector<std::vector<double>>& rows);

// Immutable; any thread.
class Covariance {
 public:
  // Throws std::runtime_error if the covariance is singular.
  explicit Covariance(ShrunkCovariance covariance);

  const ShrunkCovariance& shrunk() const { return covariance_; }
  std::size_t features() const { return features_; }
  // The root of x' S^-1 x.
  double distance(std::span<const double> from_mean) const;

 private:
  ShrunkCovariance covariance_;
  std::size_t features_ = 0;
  std::vector<double> factor_;  // Cholesky's, as `lower`.
};

// Its memory and the time of a distance grow with the square of the features.
inline constexpr std::size_t most_covariant_features = 1024;

}  // namespace radflow
