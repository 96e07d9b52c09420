#include "nodes/classify/importance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>

#include "nodes/classify/regressor.hpp"

namespace radflow {
namespace {

using Rows = std::vector<std::vector<float>>;

// The mean of the classes' areas; absent where none has both kinds of cases.
std::optional<double> area(const Model& model, const Rows& rows, const std::vector<std::size_t>& expected) {
  const std::size_t classes = model.manifest.classes.size();
  std::vector<std::vector<double>> positives(classes), negatives(classes);
  std::vector<double> probabilities(classes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    model.classifier->probabilities(rows[i], probabilities);
    for (std::size_t c = 0; c < classes; ++c)
      (expected[i] == c ? positives : negatives)[c].push_back(probabilities[c]);
  }
  double sum = 0;
  int count = 0;
  for (std::size_t c = 0; c < classes; ++c)
    if (const auto one = auc(positives[c], negatives[c])) sum += one->value, ++count;
  return count > 0 ? std::optional{sum / count} : std::nullopt;
}

// Absent where the true numbers do not vary.
std::optional<double> explained(const Model& model, const Rows& rows, const std::vector<double>& expected) {
  double mean = 0, errors = 0, spread = 0;
  for (const double value : expected) mean += value / static_cast<double>(expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    errors += std::pow((*model.regressor)(rows[i]) - expected[i], 2);
    spread += std::pow(expected[i] - mean, 2);
  }
  const auto [least, greatest] = std::ranges::minmax(expected);
  return least < greatest ? std::optional{1 - errors / spread} : std::nullopt;
}

struct Columns {
  std::string name;
  std::vector<std::size_t> of;
};

std::vector<Columns> columns_of(const std::vector<std::string>& names, Permuted permuted) {
  std::vector<Columns> all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name =
        permuted == Permuted::Features ? names[i] : names[i].substr(0, names[i].find('.'));
    const auto known = std::ranges::find(all, name, &Columns::name);
    if (known == all.end())
      all.push_back({name, {i}});
    else
      known->of.push_back(i);
  }
  return all;
}

// `measure` of rows is how well the model does on them. Throws std::runtime_error with `none` if they do not have it.
template <typename Measure>
std::vector<Importance> falls_of(const Measure& measure, const char* none, const Model& model,
                                 const Rows& rows, Permuted permuted, int repeats, std::uint64_t seed) {
  const std::optional<double> whole = measure(rows);
  if (!whole) throw std::runtime_error{none};
  std::mt19937_64 random{seed};
  std::vector<std::size_t> order(rows.size());
  std::vector<Importance> all;
  for (const Columns& columns : columns_of(model.manifest.features, permuted)) {
    std::vector<double> falls;
    for (int repeat = 0; repeat < repeats; ++repeat) {
      std::iota(order.begin(), order.end(), 0);
      // Not std::shuffle, whose order differs between libraries.
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
      Rows exchanged = rows;
      for (std::size_t i = 0; i < rows.size(); ++i)
        for (const std::size_t column : columns.of) exchanged[i][column] = rows[order[i]][column];
      falls.push_back(*whole - *measure(exchanged));
    }
    Importance one{columns.name, 0, 0};
    for (const double fall : falls) one.mean += fall / repeats;
    for (const double fall : falls) one.deviation += (fall - one.mean) * (fall - one.mean) / repeats;
    one.deviation = std::sqrt(one.deviation);
    all.push_back(std::move(one));
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Importance::mean);
  return all;
}

}  // namespace

std::vector<Importance> importance_of(const Model& model, const Rows& rows,
                                      const std::vector<std::size_t>& expected, Permuted permuted,
                                      int repeats, std::uint64_t seed) {
  return falls_of([&](const Rows& of) { return area(model, of, expected); },
                  "importance needs cases of two classes: there is no area under a curve", model, rows,
                  permuted, repeats, seed);
}

std::vector<Importance> importance_of_numbers(const Model& model, const Rows& rows,
                                              const std::vector<double>& expected, Permuted permuted,
                                              int repeats, std::uint64_t seed) {
  return falls_of([&](const Rows& of) { return explained(model, of, expected); },
                  "importance needs true numbers that differ: there is no variance to explain", model, rows,
                  permuted, repeats, seed);
}

}  // namespace radflow
