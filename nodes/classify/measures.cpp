#include "nodes/classify/measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace radflow {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int draws = 1000;

double share(double hits, double of) { return of > 0 ? hits / of : none; }

}  // namespace

Measures::Measures(std::size_t classes, std::vector<std::size_t> expected, std::vector<std::size_t> label,
                   std::vector<std::vector<double>> probabilities)
    : classes_{classes},
      expected_{std::move(expected)},
      label_{std::move(label)},
      probabilities_{std::move(probabilities)},
      with_cases_(classes),
      with_labels_(classes) {
  for (const std::size_t c : expected_) with_cases_[c] = true;
  for (const std::size_t c : label_) with_labels_[c] = true;
  for (std::size_t c = 0; c < classes_; ++c) {
    std::vector<std::uint32_t>& order = descending_.emplace_back(expected_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::uint32_t i) { return probabilities_[i][c]; });
  }
}

const std::vector<std::string>& Measures::of_all() {
  static const std::vector<std::string> names{"accuracy", "balanced_accuracy", "f1", "auc", "brier"};
  return names;
}
const std::vector<std::string>& Measures::of_class() {
  static const std::vector<std::string> names{"sensitivity", "specificity", "precision",         "npv",
                                              "f1",          "auc",         "average_precision", "brier"};
  return names;
}

void Measures::add_class(std::size_t c, const std::vector<double>& times, std::vector<double>& out) const {
  double positives = 0, negatives = 0, true_positives = 0, false_positives = 0, squares = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const bool positive = expected_[i] == c;
    (positive ? positives : negatives) += times[i];
    if (label_[i] == c) (positive ? true_positives : false_positives) += times[i];
    const double error = probabilities_[i][c] - positive;
    squares += times[i] * error * error;
  }
  // From the most probable case down, cases of one probability together.
  double above_positive = 0, above_negative = 0, wins = 0, precision_sum = 0;
  const std::vector<std::uint32_t>& order = descending_[c];
  for (std::size_t first = 0; first < order.size();) {
    double here_positive = 0, here_negative = 0;
    const double probability = probabilities_[order[first]][c];
    for (; first < order.size() && probabilities_[order[first]][c] == probability; ++first)
      (expected_[order[first]] == c ? here_positive : here_negative) += times[order[first]];
    wins += here_negative * (above_positive + here_positive / 2);
    above_positive += here_positive;
    above_negative += here_negative;
    if (here_positive > 0)
      precision_sum += here_positive * above_positive / (above_positive + above_negative);
  }
  const double false_negatives = positives - true_positives, true_negatives = negatives - false_positives;
  out.insert(out.end(), {share(true_positives, positives), share(true_negatives, negatives),
                         share(true_positives, true_positives + false_positives),
                         share(true_negatives, true_negatives + false_negatives),
                         share(2 * true_positives, 2 * true_positives + false_positives + false_negatives),
                         share(wins, positives * negatives), share(precision_sum, positives),
                         share(squares, positives + negatives)});
}

std::vector<double> Measures::operator()(const std::vector<double>& times) const {
  std::vector<double> of_classes;
  for (std::size_t c = 0; c < classes_; ++c) add_class(c, times, of_classes);
  double right = 0, all = 0, recalls = 0, aucs = 0, counted = 0, f1s = 0, with_f1 = 0, briers = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    all += times[i];
    if (expected_[i] == label_[i]) right += times[i];
  }
  for (std::size_t c = 0; c < classes_; ++c) {
    const double* const one = of_classes.data() + c * of_class().size();
    // A class without cases has no part, in any draw; what a draw lacks of the others makes the mean NaN.
    if (with_cases_[c]) recalls += one[0], aucs += one[5], ++counted;
    const bool lacking = with_cases_[c] && std::isnan(one[0]);
    if (with_cases_[c] || with_labels_[c]) f1s += lacking ? none : one[4], ++with_f1;
    briers += one[7];
  }
  // Of two classes the errors are the same: half the sum, as scikit-learn has it.
  std::vector<double> out{share(right, all), share(recalls, counted), share(f1s, with_f1),
                          share(aucs, counted), classes_ == 2 ? briers / 2 : briers};
  out.insert(out.end(), of_classes.begin(), of_classes.end());
  return out;
}

std::vector<Drawn> Measures::bootstrap(const std::vector<std::size_t>& group) const {
  const std::size_t groups = group.empty() ? 0 : *std::ranges::max_element(group) + 1;
  std::vector<std::vector<double>> values(of_all().size() + classes_ * of_class().size());
  std::mt19937_64 random{1};
  std::vector<double> drawn(groups), times(group.size());
  for (int draw = 0; draw < draws; ++draw) {
    std::ranges::fill(drawn, 0.0);
    for (std::size_t i = 0; i < groups; ++i) ++drawn[random() % groups];
    for (std::size_t i = 0; i < times.size(); ++i) times[i] = drawn[group[i]];
    const std::vector<double> measured = (*this)(times);
    for (std::size_t m = 0; m < measured.size(); ++m)
      if (!std::isnan(measured[m])) values[m].push_back(measured[m]);
  }
  std::vector<Drawn> drawn_measures;
  for (std::vector<double>& of_measure : values)
    drawn_measures.push_back(groups < 2 ? Drawn{{}, too_few} : interval_of(std::move(of_measure), draws));
  return drawn_measures;
}

}  // namespace radflow
