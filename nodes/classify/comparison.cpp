#include "nodes/classify/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>

namespace radflow {
namespace {

constexpr double z95 = 1.959963984540054;  // 97.5 % quantile of the normal distribution
constexpr int draws = 2000;

// The share of the others that lie below each case, ties counting half: of the positives' the negatives below, of the
// negatives' the positives above.
struct Placements {
  std::vector<double> of_positives, of_negatives;
  double auc = 0;
};

Placements placements(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<double> up, down;
  for (std::size_t i = 0; i < scores.size(); ++i) (positive[i] ? up : down).push_back(scores[i]);
  std::vector<double> sorted_up = up, sorted_down = down;
  std::ranges::sort(sorted_up);
  std::ranges::sort(sorted_down);
  const auto below = [](double score, const std::vector<double>& sorted) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), score);
    return static_cast<double>((low - sorted.begin()) + (high - sorted.begin())) /
           (2 * static_cast<double>(sorted.size()));
  };
  Placements found;
  for (const double score : up) found.of_positives.push_back(below(score, sorted_down));
  for (const double score : down) found.of_negatives.push_back(1 - below(score, sorted_up));
  for (const double share : found.of_positives) found.auc += share;
  found.auc /= static_cast<double>(up.size());
  return found;
}

// Of the differences of two rows around their mean, over their number.
double variance(const std::vector<double>& a, const std::vector<double>& b) {
  double mean = 0, sum = 0;
  const auto n = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) mean += (a[i] - b[i]) / n;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i] - mean) * (a[i] - b[i] - mean);
  return sum / (n - 1) / n;
}

std::vector<double> of_class(const std::vector<Case>& cases, std::size_t c) {
  std::vector<double> scores;
  for (const Case& one : cases) scores.push_back(one.probabilities[c]);
  return scores;
}

// Of what drawing the groups again gives, as many as there are, for measure(cases) -> first minus second.
template <typename Measure>
Drawn bootstrap(const std::vector<Case>& cases, const Measure& measure) {
  std::map<std::string, std::vector<std::size_t>> by_group;
  for (std::size_t i = 0; i < cases.size(); ++i) by_group[cases[i].group].push_back(i);
  std::vector<const std::vector<std::size_t>*> groups;
  for (const auto& [name, members] : by_group) groups.push_back(&members);
  std::mt19937_64 random{20};
  std::vector<double> differences;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const auto& group = *groups[random() % groups.size()];
      drawn.insert(drawn.end(), group.begin(), group.end());
    }
    if (const double difference = measure(drawn); !std::isnan(difference)) differences.push_back(difference);
  }
  return groups.size() < 2 ? Drawn{{}, too_few} : interval_of(std::move(differences), draws);
}

void require_same(const std::vector<Case>& first, const std::vector<Case>& second) {
  const auto same = [](const Case& a, const Case& b) { return a.expected == b.expected; };
  if (first.empty() || !std::ranges::equal(first, second, same))
    throw std::runtime_error{"two models are compared by the same cases with the same true labels"};
}

}  // namespace

McNemar mcnemar(std::int64_t first_only, std::int64_t second_only) {
  const std::int64_t n = first_only + second_only, few = std::min(first_only, second_only);
  // The tail of a binomial distribution of one half, each term by logarithms: n may be large.
  double tail = 0;
  for (std::int64_t k = 0; k <= few; ++k)
    tail += std::exp(std::lgamma(static_cast<double>(n + 1)) - std::lgamma(static_cast<double>(k + 1)) -
                     std::lgamma(static_cast<double>(n - k + 1)) - static_cast<double>(n) * std::log(2));
  return {first_only, second_only, std::min(1.0, 2 * tail)};
}

std::optional<PairedAuc> paired_auc(const std::vector<double>& first, const std::vector<double>& second,
                                    const std::vector<bool>& positive) {
  const auto positives = std::ranges::count(positive, true);
  if (positives < 2 || static_cast<std::ptrdiff_t>(positive.size()) - positives < 2) return std::nullopt;
  const Placements a = placements(first, positive), b = placements(second, positive);
  PairedAuc result{a.auc, b.auc, a.auc - b.auc, 0, {}, 1};
  result.deviation =
      std::sqrt(variance(a.of_positives, b.of_positives) + variance(a.of_negatives, b.of_negatives));
  result.interval = {result.difference - z95 * result.deviation, result.difference + z95 * result.deviation};
  if (result.deviation > 0)
    result.p = std::erfc(std::abs(result.difference) / result.deviation / std::sqrt(2));
  return result;
}

std::vector<Difference> compare(const std::vector<std::string>& classes, const std::vector<Case>& first,
                                const std::vector<Case>& second, std::size_t positive) {
  require_same(first, second);
  const bool grouped = std::ranges::any_of(first, [](const Case& one) { return !one.group.empty(); });
  std::map<std::string, int> groups;
  for (const Case& one : first) ++groups[one.group];
  const std::string by = fmt::format("bootstrap over {} groups", groups.size());
  const auto right = [](const Case& one) { return one.label == one.expected; };

  Difference accuracy{"accuracy", 0, 0, std::nullopt, std::nullopt, grouped ? by : "McNemar, exact", ""};
  std::int64_t first_only = 0, second_only = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    accuracy.first += right(first[i]) / static_cast<double>(first.size());
    accuracy.second += right(second[i]) / static_cast<double>(first.size());
    first_only += right(first[i]) && !right(second[i]);
    second_only += !right(first[i]) && right(second[i]);
  }
  if (!grouped) accuracy.p = mcnemar(first_only, second_only).p;
  const auto take = [](const Drawn& drawn, Difference& one) {
    one.interval = drawn.interval;
    one.without = drawn.without;
  };
  if (grouped)
    take(bootstrap(first,
                   [&](const std::vector<std::size_t>& drawn) {
                     double sum = 0;
                     for (const std::size_t i : drawn) sum += int{right(first[i])} - int{right(second[i])};
                     return sum / static_cast<double>(drawn.size());
                   }),
         accuracy);
  std::vector<Difference> all{accuracy};

  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes.size() == 2 && c != positive) continue;
    const std::vector<double> a = of_class(first, c), b = of_class(second, c);
    std::vector<bool> is;
    for (const Case& one : first) is.push_back(one.expected == classes[c]);
    const auto paired = paired_auc(a, b, is);
    if (!paired) continue;
    Difference one{"AUC of " + classes[c], paired->first, paired->second, {}, paired->p, "DeLong", ""};
    // Where no placement varies DeLong's test cannot tell a difference from chance.
    if (!(paired->deviation > 0) && paired->difference != 0) one.p.reset();
    if (paired->deviation > 0)
      one.interval = paired->interval;
    else
      one.without = no_variance;
    if (grouped) {
      one.by = by;
      one.p.reset();
      take(bootstrap(first,
                     [&](const std::vector<std::size_t>& drawn) {
                       std::vector<double> some_a, some_b;
                       std::vector<bool> some;
                       for (const std::size_t i : drawn)
                         some_a.push_back(a[i]), some_b.push_back(b[i]), some.push_back(is[i]);
                       const auto again = paired_auc(some_a, some_b, some);
                       return again ? again->difference : std::nan("");
                     }),
           one);
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace radflow
