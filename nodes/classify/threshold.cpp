#include "nodes/classify/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace radflow {
namespace {

// What a threshold gives; the larger the better, of pairs the first counts first.
std::pair<double, double> worth(const ThresholdParams& params, double sensitivity, double specificity,
                                double positives, double negatives) {
  switch (params.rule) {
    case ThresholdRule::Youden:
      return {sensitivity + specificity, 0};
    case ThresholdRule::Sensitivity:
      return {sensitivity >= params.least, specificity};
    case ThresholdRule::Specificity:
      return {specificity >= params.least, sensitivity};
    case ThresholdRule::Cost:
      return {-params.miss * (1 - sensitivity) * positives - (1 - specificity) * negatives, 0};
  }
  return {};
}

std::string rule_text(const ThresholdParams& params) {
  switch (params.rule) {
    case ThresholdRule::Youden:
      return "youden: the largest sum of sensitivity and specificity";
    case ThresholdRule::Sensitivity:
      return fmt::format("sensitivity of {} or more", params.least);
    case ThresholdRule::Specificity:
      return fmt::format("specificity of {} or more", params.least);
    case ThresholdRule::Cost:
      return fmt::format("cost: the least where a missed positive costs {} false alarms", params.miss);
  }
  return "";
}

}  // namespace

Choices<ThresholdRule> choices_of(ThresholdRule) {
  return {
      {ThresholdRule::Youden, "youden", "The largest sum of sensitivity and specificity."},
      {ThresholdRule::Sensitivity, "sensitivity",
       "The best specificity with a sensitivity of `least` or more."},
      {ThresholdRule::Specificity, "specificity",
       "The best sensitivity with a specificity of `least` or more."},
      {ThresholdRule::Cost, "cost", "The least cost, where a missed positive costs `miss` false alarms."}};
}

Fields<ThresholdParams> ThresholdParams::fields() {
  return Fields<ThresholdParams>{}
      .param(&ThresholdParams::positive, "positive", required(), "The class that a threshold is for.")
      .param(&ThresholdParams::rule, "rule", any(), "How the threshold is chosen.")
      .param(&ThresholdParams::least, "least", range(0, 1), "For the rules sensitivity and specificity.")
      .param(&ThresholdParams::miss, "miss", range(1e-6, 1e6), "For the rule cost.");
}

Threshold choose_threshold(const ThresholdParams& params, const std::vector<double>& probabilities,
                           const std::vector<bool>& positive) {
  std::vector<std::pair<double, bool>> sorted;
  for (std::size_t i = 0; i < probabilities.size(); ++i) sorted.emplace_back(probabilities[i], positive[i]);
  std::ranges::sort(sorted);
  const auto positives = static_cast<double>(std::ranges::count(positive, true));
  const double negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0 || negatives == 0)
    throw std::runtime_error{fmt::format(
        "a threshold for '{}' is chosen from samples of both classes, and one has none", params.positive)};

  Threshold best{params.positive, 0, rule_text(params), "", 1, 0};
  auto most = worth(params, 1, 0, positives, negatives);
  double below_positive = 0, below_negative = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ++(sorted[i].second ? below_positive : below_negative);
    const bool last = i + 1 == sorted.size();
    if (!last && sorted[i].first == sorted[i + 1].first) continue;
    // Above all of them: half-way to 1.
    const double value = (sorted[i].first + (last ? 1 : sorted[i + 1].first)) / 2;
    if (value == sorted[i].first) continue;  // nothing lies between
    const double sensitivity = 1 - below_positive / positives, specificity = below_negative / negatives;
    if (const auto here = worth(params, sensitivity, specificity, positives, negatives); here > most) {
      most = here;
      best.value = value;
      best.sensitivity = sensitivity;
      best.specificity = specificity;
    }
  }
  return best;
}

}  // namespace radflow
