#include "nodes/classify/number_measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>
#include <tuple>

namespace radflow {
namespace {

constexpr int draws = 1000;

// Of the cases of a group; expected numbers are less their mean over all, so that no digits are lost.
struct Sums {
  double n = 0, absolute = 0, square = 0, expected = 0, expected_square = 0;

  void add(const Sums& other, double times) {
    n += times * other.n;
    absolute += times * other.absolute;
    square += times * other.square;
    expected += times * other.expected;
    expected_square += times * other.expected_square;
  }
  // NaN where there is none.
  std::vector<double> measures() const {
    const double spread = expected_square - expected * expected / n;
    return {absolute / n, std::sqrt(square / n), spread > 0 ? 1 - square / spread : std::nan("")};
  }
};

}  // namespace

const std::vector<std::string>& number_measures() {
  static const std::vector<std::string> names{"mae", "rmse", "r2"};
  return names;
}

NumberEvaluation evaluate_numbers(std::vector<NumberCase> cases) {
  if (cases.empty()) throw std::runtime_error{"there is no prediction to evaluate"};
  // In one order, however they came, so that sums have the same digits.
  std::ranges::sort(cases, {},
                    [](const NumberCase& one) { return std::tie(one.group, one.expected, one.found); });
  const bool grouped = !cases.front().group.empty() || !cases.back().group.empty();
  double mean = 0;
  for (const NumberCase& one : cases) mean += one.expected / static_cast<double>(cases.size());
  std::map<std::string, std::size_t> known;
  std::vector<Sums> groups;
  Sums all;
  for (const NumberCase& one : cases) {
    const std::size_t group =
        grouped ? known.try_emplace(one.group, known.size()).first->second : groups.size();
    if (group == groups.size()) groups.emplace_back();
    const double error = one.found - one.expected, expected = one.expected - mean;
    groups[group].add({1, std::abs(error), error * error, expected, expected * expected}, 1);
  }
  for (const Sums& group : groups) all.add(group, 1);

  NumberEvaluation out{static_cast<std::int64_t>(cases.size()),
                       grouped ? static_cast<std::int64_t>(groups.size()) : 0,
                       grouped ? fmt::format("bootstrap over {} groups", groups.size())
                               : "bootstrap over images; optimistic where images belong together",
                       {}};
  std::vector<std::vector<double>> drawn(number_measures().size());
  std::mt19937_64 random{1};
  for (int draw = 0; draw < draws && groups.size() > 1; ++draw) {
    Sums sums;
    for (std::size_t i = 0; i < groups.size(); ++i) sums.add(groups[random() % groups.size()], 1);
    const std::vector<double> values = sums.measures();
    for (std::size_t m = 0; m < values.size(); ++m)
      if (!std::isnan(values[m])) drawn[m].push_back(values[m]);
  }
  const std::vector<double> values = all.measures();
  for (std::size_t m = 0; m < values.size(); ++m) {
    Estimate& one = out.estimates.emplace_back(Estimate{number_measures()[m], {}, {}});
    if (std::isnan(values[m])) continue;
    one.value = values[m];
    const Drawn found = interval_of(std::move(drawn[m]), draws);
    one.interval = found.interval;
    one.without = found.without;
  }
  return out;
}

}  // namespace radflow
