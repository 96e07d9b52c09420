#include "nodes/classify/regression_set.hpp"

#include "nodes/classify/folds.hpp"
#include "nodes/classify/regression_fit.hpp"

namespace radflow {

TrainingSet of_one_class(const RegressionSet& set) {
  TrainingSet one{set.samples, std::vector<int>(set.targets.size(), 0), 1};
  one.groups = set.groups;
  return one;
}

RegressionSet regression_set(std::vector<Sample>& samples, const Features& first, bool takes_missing) {
  RegressionSet set;
  for (Sample& sample : samples) {
    set.targets.push_back(number_of(sample.label, sample.name));
    sample.label.clear();
  }
  TrainingSet one = training_set(samples, {""}, first, takes_missing);
  set.samples = std::move(one.samples);
  set.groups = std::move(one.groups);
  return set;
}

RegressionSet part_of(const RegressionSet& set, const std::vector<int>& fold_of, int without) {
  const auto keep = [&](std::size_t i) { return fold_of[i] != without; };
  TrainingSet others = part_of(of_one_class(set), keep);
  RegressionSet part{std::move(others.samples), {}, std::move(others.groups)};
  for (std::size_t i = 0; i < set.targets.size(); ++i)
    if (keep(i)) part.targets.push_back(set.targets[i]);
  return part;
}

std::span<const float> row(const RegressionSet& set, std::size_t i) {
  return {set.samples.ptr<float>(static_cast<int>(i)), static_cast<std::size_t>(set.samples.cols)};
}

}  // namespace radflow
