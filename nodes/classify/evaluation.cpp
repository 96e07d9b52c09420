#include "nodes/classify/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

#include "nodes/classify/measures.hpp"

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

// How many groups have such a case.
template <typename Such>
double groups_of(const std::vector<std::size_t>& groups, const Such& such) {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (such(i)) found.insert(groups[i]);
  return static_cast<double>(found.size());
}

std::optional<double> defined(double value) {
  return std::isnan(value) ? std::nullopt : std::optional{value};
}

// The cases in one order, however they came, so that sums have the same digits.
std::vector<Case> sorted(std::vector<Case> cases) {
  std::ranges::sort(cases, {}, [](const Case& one) {
    return std::tie(one.probabilities, one.expected, one.label, one.group);
  });
  return cases;
}

// From 0 on; without names each case is a group.
std::vector<std::size_t> numbered_groups(const std::vector<Case>& cases, bool named) {
  std::map<std::string, std::size_t> known;
  std::vector<std::size_t> groups;
  for (const Case& one : cases)
    groups.push_back(named ? known.try_emplace(one.group, known.size()).first->second : groups.size());
  return groups;
}

// As scikit-learn's calibration_curve: a probability on the edge belongs to the tenth below.
void calibrate(const std::vector<Case>& cases, std::size_t c, ClassScore& score) {
  std::vector<CalibrationBin> bins(10);
  for (std::size_t b = 0; b < bins.size(); ++b)
    bins[b].low = 0.1 * static_cast<double>(b), bins[b].high = 0.1 * static_cast<double>(b + 1);
  for (const Case& one : cases) {
    std::size_t b = 0;
    while (b + 1 < bins.size() && one.probabilities[c] > bins[b].high) ++b;
    ++bins[b].cases;
    bins[b].mean_probability += one.probabilities[c];
    bins[b].share += one.expected == score.name;
  }
  for (CalibrationBin& bin : bins) {
    if (bin.cases == 0) continue;
    const auto n = static_cast<double>(bin.cases);
    bin.mean_probability /= n;
    bin.share /= n;
    score.calibration_error +=
        n / static_cast<double>(cases.size()) * std::abs(bin.share - bin.mean_probability);
    score.calibration.push_back(bin);
  }
}

}  // namespace

std::optional<double> Share::value() const {
  if (of == 0) return std::nullopt;
  return static_cast<double>(hits) / static_cast<double>(of);
}

std::optional<ConfidenceInterval> Share::interval() const {
  if (of == 0) return std::nullopt;
  return wilson(*value(), static_cast<double>(of));
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
    if (half > 0)
      result.interval =
          ConfidenceInterval{std::max(0.0, result.value - half), std::min(1.0, result.value + half)};
  }
  return result;
}

Evaluation evaluate(const std::vector<std::string>& classes, const std::vector<Case>& unsorted) {
  if (unsorted.empty())
    throw std::runtime_error{"there is nothing to evaluate: no prediction came with its true label"};
  const std::vector<Case> cases = sorted(unsorted);
  Evaluation out;
  out.cases = out.accuracy.of = static_cast<std::int64_t>(cases.size());
  out.confusion.assign(classes.size(), std::vector<std::int64_t>(classes.size()));
  std::vector<std::vector<double>> positives(classes.size()), negatives(classes.size()), probabilities;
  std::vector<std::size_t> expected, label;
  for (const Case& one : cases) {
    expected.push_back(index_of(one.expected, classes, "true"));
    label.push_back(index_of(one.label, classes, "predicted"));
    if (one.probabilities.size() != classes.size())
      throw std::runtime_error{"a prediction does not have one probability per class"};
    probabilities.push_back(one.probabilities);
    ++out.confusion[expected.back()][label.back()];
    out.accuracy.hits += expected.back() == label.back();
    for (std::size_t c = 0; c < classes.size(); ++c)
      (c == expected.back() ? positives : negatives)[c].push_back(one.probabilities[c]);
  }

  const bool grouped = std::ranges::any_of(cases, [](const Case& one) { return !one.group.empty(); });
  const std::vector<std::size_t> groups = numbered_groups(cases, grouped);
  if (grouped) out.groups = static_cast<std::int64_t>(*std::ranges::max_element(groups)) + 1;
  out.intervals =
      grouped ? fmt::format("bootstrap over {} groups", out.groups)
              : "Wilson (shares), DeLong (AUC of a class), else bootstrap over images; optimistic where "
                "images belong together";
  const Measures measures{classes.size(), expected, label, std::move(probabilities)};
  const std::vector<double> values = measures(std::vector<double>(cases.size(), 1));
  const auto drawn = measures.bootstrap(groups);

  std::size_t at = 0;
  const auto estimate = [&](const std::string& name, const std::optional<ConfidenceInterval>& closed) {
    const auto value = defined(values[at]);
    const Drawn& of_draws = drawn[at++];
    if (!value) return Estimate{name, {}, {}};
    if (!grouped && closed) return Estimate{name, value, closed};
    return Estimate{name, value, of_draws.interval, of_draws.without};
  };
  // A share of the cases that are such.
  bool by_wilson = false;
  const auto share = [&](const std::string& name, const std::optional<ConfidenceInterval>& closed,
                         const auto& such) {
    Estimate one = estimate(name, closed);
    if (one.without != no_variance) return one;
    by_wilson = true;
    return Estimate{name, one.value, wilson(*one.value, groups_of(groups, such))};
  };
  for (const std::string& name : Measures::of_all())
    out.estimates.push_back(name == "accuracy"
                                ? share(name, out.accuracy.interval(), [](std::size_t) { return true; })
                                : estimate(name, std::nullopt));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    ClassScore score;
    score.name = classes[c];
    score.cases = static_cast<std::int64_t>(positives[c].size());
    score.auc = auc(positives[c], negatives[c]);
    std::int64_t labelled = 0;
    for (const auto& row : out.confusion) labelled += row[c];
    const std::int64_t hits = out.confusion[c][c], others = out.cases - score.cases;
    score.sensitivity = {hits, score.cases};
    score.specificity = {others - (labelled - hits), others};
    const Share precision{hits, labelled}, npv{score.specificity.hits, out.cases - labelled};
    const auto is = [&](std::size_t i) { return expected[i] == c; };
    const auto is_not = [&](std::size_t i) { return expected[i] != c; };
    const auto said = [&](std::size_t i) { return label[i] == c; };
    const auto not_said = [&](std::size_t i) { return label[i] != c; };
    for (const std::string& name : Measures::of_class())
      score.estimates.push_back(name == "sensitivity"   ? share(name, score.sensitivity.interval(), is)
                                : name == "specificity" ? share(name, score.specificity.interval(), is_not)
                                : name == "precision"   ? share(name, precision.interval(), said)
                                : name == "npv"         ? share(name, npv.interval(), not_said)
                                : name == "auc" && score.auc ? estimate(name, score.auc->interval)
                                                             : estimate(name, std::nullopt));
    calibrate(cases, c, score);
    out.classes.push_back(std::move(score));
  }
  for (Estimate& one : out.estimates) {
    // Of two classes it is the area of each.
    if (one.name == "auc" && !grouped && classes.size() == 2 && out.classes[0].auc)
      one = *std::ranges::find(out.classes[0].estimates, "auc", &Estimate::name);
    if (one.name == "auc") out.auc = one.value;
  }
  if (by_wilson) out.intervals += ", Wilson over the groups for shares of which all draws are the same";
  return out;
}

}  // namespace radflow
