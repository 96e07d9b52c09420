#include "nodes/classify/folds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <opencv2/core.hpp>
#include <set>
#include <stdexcept>

namespace radflow {
namespace {

struct Group {
  std::vector<std::size_t> samples;
  std::vector<double> of_class;  // how many of its samples each class has
};

std::vector<Group> groups_of(const TrainingSet& set) {
  std::map<int, Group> groups;
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    Group& group = groups[set.groups.empty() ? static_cast<int>(i) : set.groups[i]];
    group.of_class.resize(static_cast<std::size_t>(set.classes));
    group.samples.push_back(i);
    ++group.of_class[static_cast<std::size_t>(set.labels[i])];
  }
  std::vector<Group> list;
  for (auto& [number, group] : groups) list.push_back(std::move(group));
  return list;
}

// In how many groups each class occurs.
std::vector<int> groups_by_class(const std::vector<Group>& groups, std::size_t classes) {
  std::vector<int> counts;
  for (std::size_t c = 0; c < classes; ++c)
    counts.push_back(static_cast<int>(
        std::ranges::count_if(groups, [&](const Group& group) { return group.of_class[c] > 0; })));
  return counts;
}

// In how many groups the class is that is in the fewest: `least` or more, or std::runtime_error is thrown.
int rarest(const TrainingSet& set, const std::vector<Group>& groups, int least) {
  const std::vector<int> counts = groups_by_class(groups, static_cast<std::size_t>(set.classes));
  const auto fewest = std::ranges::min_element(counts);
  if (*fewest >= least) return *fewest;
  throw std::runtime_error{
      set.classes < 2
          ? fmt::format(
                "folds need samples of {} groups at least, and there are {} (samples of one image are "
                "one group)",
                least, *fewest)
          : fmt::format("folds need samples of every class in {} groups at least, and {} has them in {} "
                        "(samples of one image are one group): it needs more images, or to be left out",
                        least, class_called(set, static_cast<int>(fewest - counts.begin())), *fewest)};
}

}  // namespace

std::vector<int> stratified_folds(const TrainingSet& set, int folds, unsigned seed) {
  std::vector<Group> groups = groups_of(set);
  const auto classes = static_cast<std::size_t>(set.classes);
  folds = std::min(folds, rarest(set, groups, 2));
  cv::RNG random{seed};
  for (std::size_t i = groups.size(); i > 1; --i)
    std::swap(groups[i - 1], groups[static_cast<std::size_t>(random.uniform(0, static_cast<int>(i)))]);
  std::ranges::stable_sort(groups, std::ranges::greater{},
                           [](const Group& group) { return group.samples.size(); });

  std::vector<double> in_class(classes);
  for (const int label : set.labels) ++in_class[static_cast<std::size_t>(label)];
  std::vector<std::vector<double>> held(static_cast<std::size_t>(folds), std::vector<double>(classes));
  std::vector<int> fold_of(set.labels.size());
  for (const Group& group : groups) {
    // The fold that has the least of the group's classes so far, each counted as a share of the class.
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t fold = 0; fold < held.size(); ++fold) {
      double has = 0;
      for (std::size_t c = 0; c < classes; ++c) has += group.of_class[c] * held[fold][c] / in_class[c];
      if (has < least) best = fold, least = has;
    }
    for (std::size_t c = 0; c < classes; ++c) held[best][c] += group.of_class[c];
    for (const std::size_t sample : group.samples) fold_of[sample] = static_cast<int>(best);
  }
  return fold_of;
}

std::string class_called(const TrainingSet& set, int label) {
  const auto at = static_cast<std::size_t>(label);
  return at < set.class_names.size() ? "class '" + set.class_names[at] + "'" : "a class";
}

std::string NestedFolds::inner_in_words() const {
  return least == most ? fmt::format("{} folds", most) : fmt::format("{} to {} folds", least, most);
}

std::string NestedFolds::judged_by(const std::string& grouped_by, std::size_t candidates) const {
  return fmt::format(
      "{} training images by nested folds, grouped by {}: each of {} folds by what {} of the others chose "
      "among {} "
      "candidates",
      outer.size(), grouped_by, inner.size(), inner_in_words(), candidates);
}

NestedFolds nested_folds(const TrainingSet& set, unsigned seed) {
  rarest(set, groups_of(set), 3);  // two of them are outside each outer fold
  NestedFolds nested{stratified_folds(set, outer_folds, seed), {}};
  const int outer = *std::ranges::max_element(nested.outer) + 1;
  nested.least = std::numeric_limits<std::size_t>::max();
  for (int fold = 0; fold < outer; ++fold) {
    const TrainingSet others = part_of(set, [&](std::size_t i) { return nested.outer[i] != fold; });
    nested.inner.push_back(stratified_folds(others, inner_folds, seed));
    const auto folds = static_cast<std::size_t>(*std::ranges::max_element(nested.inner.back())) + 1;
    nested.least = std::min(nested.least, folds);
    nested.most = std::max(nested.most, folds);
    nested.all += folds;
  }
  return nested;
}

}  // namespace radflow
