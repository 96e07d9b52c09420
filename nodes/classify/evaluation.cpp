#include "nodes/classify/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace radflow {
namespace {

constexpr double z95 = 1.959963984540054;  // 97.5 % quantile of the normal distribution

// Twice the number of `sorted` below `score`, ties counting half: an integer.
std::int64_t twice_below(double score, const std::vector<double>& sorted) {
  const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), score);
  return (low - sorted.begin()) + (high - sorted.begin());
}

// Variance of shares `twice / (2 * n)`, times one over their number.
double variance_of_mean(const std::vector<std::int64_t>& twice, double n, double mean) {
  double sum = 0;
  for (const std::int64_t value : twice) {
    const double deviation = static_cast<double>(value) / (2 * n) - mean;
    sum += deviation * deviation;
  }
  const auto count = static_cast<double>(twice.size());
  return sum / (count - 1) / count;
}

std::size_t index_of(const std::string& label, const std::vector<std::string>& classes, const char* what) {
  const auto found = std::ranges::find(classes, label);
  if (found == classes.end())
    throw std::runtime_error{
        fmt::format("the {} class '{}' is none of the model's: {}", what, label, fmt::join(classes, ", "))};
  return static_cast<std::size_t>(found - classes.begin());
}

}  // namespace

std::optional<double> Share::value() const {
  if (of == 0) return std::nullopt;
  return static_cast<double>(hits) / static_cast<double>(of);
}

std::optional<ConfidenceInterval> Share::interval() const {
  if (of == 0) return std::nullopt;
  const auto n = static_cast<double>(of);
  const double p = static_cast<double>(hits) / n;
  const double square = z95 * z95;
  const double middle = p + square / (2 * n);
  const double half = z95 * std::sqrt(p * (1 - p) / n + square / (4 * n * n));
  return ConfidenceInterval{std::max(0.0, (middle - half) / (1 + square / n)),
                            std::min(1.0, (middle + half) / (1 + square / n))};
}

std::optional<Auc> auc(const std::vector<double>& positives, const std::vector<double>& negatives) {
  if (positives.empty() || negatives.empty()) return std::nullopt;
  std::vector<double> up = positives, down = negatives;
  std::ranges::sort(up);
  std::ranges::sort(down);
  const auto m = static_cast<double>(up.size()), n = static_cast<double>(down.size());
  std::vector<std::int64_t> above,
      below;  // one for each positive and negative; in sorted order, so that sums are too
  std::int64_t wins = 0;
  for (const double score : up) wins += above.emplace_back(twice_below(score, down));
  for (const double score : down)
    below.push_back(2 * static_cast<std::int64_t>(up.size()) - twice_below(score, up));

  Auc result{static_cast<double>(wins) / (2 * m * n), std::nullopt};
  if (up.size() > 1 && down.size() > 1) {
    const double half =
        z95 * std::sqrt(variance_of_mean(above, n, result.value) + variance_of_mean(below, m, result.value));
    result.interval =
        ConfidenceInterval{std::max(0.0, result.value - half), std::min(1.0, result.value + half)};
  }
  return result;
}

Evaluation evaluate(const std::vector<std::string>& classes, const std::vector<Case>& cases) {
  if (cases.empty())
    throw std::runtime_error{"there is nothing to evaluate: no prediction came with its true label"};
  Evaluation out;
  out.cases = static_cast<std::int64_t>(cases.size());
  out.confusion.assign(classes.size(), std::vector<std::int64_t>(classes.size()));
  std::vector<std::vector<double>> positives(classes.size()), negatives(classes.size());
  for (const Case& one : cases) {
    const std::size_t expected = index_of(one.expected, classes, "true");
    const std::size_t label = index_of(one.label, classes, "predicted");
    if (one.probabilities.size() != classes.size())
      throw std::runtime_error{"a prediction does not have one probability per class"};
    ++out.confusion[expected][label];
    for (std::size_t c = 0; c < classes.size(); ++c)
      (c == expected ? positives : negatives)[c].push_back(one.probabilities[c]);
  }

  out.accuracy.of = out.cases;
  double sum = 0;
  bool complete = true;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    ClassScore score{
        classes[c], static_cast<std::int64_t>(positives[c].size()), {}, {}, auc(positives[c], negatives[c])};
    std::int64_t labelled = 0;
    for (const auto& row : out.confusion) labelled += row[c];
    const std::int64_t hits = out.confusion[c][c];
    score.sensitivity = {hits, score.cases};
    score.specificity = {out.cases - score.cases - (labelled - hits), out.cases - score.cases};
    out.accuracy.hits += hits;
    complete &= score.auc.has_value();
    if (score.auc) sum += score.auc->value;
    out.classes.push_back(std::move(score));
  }
  if (complete) out.auc = sum / static_cast<double>(classes.size());
  return out;
}

}  // namespace radflow
