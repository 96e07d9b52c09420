// Combination: how the probabilities of several members become those of one model, and how its numbers are found.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nodes/classify/classifier.hpp"

namespace radflow {

// Of two classes it adds up logit / scale; the second's probability is 1 / (1 + exp(-(slope * sum + offset))). Of more
// classes it adds up log(probability) / scale for each; their softmax, of slope times the sum, is the probability. A
// probability of 0 or 1 counts as 1e-12 beside it.
struct Combination {
  std::vector<std::string> members;  // the nodes' names
  std::vector<double> scales;        // one for each member
  double slope = 1;
  double offset = 0;  // used for two classes

  // The logit / scale of two classes, one number, or log(probability) / scale of each class, added up.
  std::vector<double> sums(std::span<const std::vector<double>* const> members) const;
  std::vector<double> probabilities(std::span<const std::vector<double>* const> members) const;
};

// How far the logits of a member spread over the samples, probabilities[sample][class]: the deviation of the logit; of more
// than two classes the root mean square of log(probability) less its mean over the classes. 1 where nothing spreads.
double spread_of_logits(const std::vector<std::vector<double>>& probabilities);

// Slope and offset from sums that did not fit the members: Platt's of two classes, of more the slope that makes the labels
// most likely. Throws std::runtime_error where the members tell the classes the wrong way round or not at all.
void calibrate(Combination& combination, const std::vector<std::vector<double>>& sums,
               const std::vector<int>& labels);

// Stands in a model in the place of an algorithm: `features` are the members' log(probability) of every class, member by
// member. The node `combine` computes in double instead.
class CombinedMembers final : public Classifier {
 public:
  explicit CombinedMembers(Combination combination) : combination_{std::move(combination)} {}
  void probabilities(std::span<const float> features, std::span<double> out) const override;
  std::string bytes() const override { return ""; }

 private:
  Combination combination_;
};

}  // namespace radflow
