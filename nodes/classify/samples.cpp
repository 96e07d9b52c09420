#include "nodes/classify/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

namespace radflow {
namespace {

void check(const Sample& sample, const Features& first, bool takes_missing) {
  const Features& features = sample.features;
  if (features.names != first.names && *features.names != *first.names)
    throw std::runtime_error{fmt::format("{} has other features than the samples before it", sample.name)};
  if (features.units != first.units || features.photometric != first.photometric)
    throw std::runtime_error{fmt::format(
        "{} has pixels of '{}', '{}', the samples before it of '{}', '{}'; a model is for one meaning",
        sample.name, features.units, features.photometric, first.units, first.photometric)};
  for (std::size_t i = 0; i < features.values.size(); ++i) {
    const double value = features.values[i];
    if (std::abs(value) < FLT_MAX || (takes_missing && std::isnan(value))) continue;
    throw std::runtime_error{
        std::isnan(value)
            ? fmt::format("feature {} of {} is missing; train: {{standardize: {{missing: mean}}}} takes "
                          "the mean of the others for it",
                          (*features.names)[i], sample.name)
            : fmt::format("feature {} of {} is {}", (*features.names)[i], sample.name, value)};
  }
}

std::vector<int> groups_of(const std::vector<Sample>& samples) {
  std::vector<int> parent(samples.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  std::map<std::string, int> known;
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (const std::string& name :
         {samples[i].digest, samples[i].group.empty() ? "" : "group " + samples[i].group}) {
      if (name.empty()) continue;
      const int first = root(known.try_emplace(name, static_cast<int>(i)).first->second);
      const int own = root(static_cast<int>(i));
      parent[static_cast<std::size_t>(std::max(first, own))] = std::min(first, own);
    }
  std::vector<int> groups;
  for (std::size_t i = 0; i < samples.size(); ++i) groups.push_back(root(static_cast<int>(i)));
  return groups;
}

}  // namespace

TrainingSet training_set(const std::vector<Sample>& samples, const std::vector<std::string>& classes,
                         const Features& first, bool takes_missing) {
  TrainingSet set;
  set.classes = static_cast<int>(classes.size());
  set.class_names = classes;
  set.samples.create(static_cast<int>(samples.size()), static_cast<int>(first.names->size()), CV_32F);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    check(samples[i], first, takes_missing);
    const auto label = std::ranges::find(classes, samples[i].label);
    if (label == classes.end())
      throw std::runtime_error{
          fmt::format("{} is of the class '{}', which the training does not have: it has {}", samples[i].name,
                      samples[i].label, fmt::join(classes, ", "))};
    set.labels.push_back(static_cast<int>(label - classes.begin()));
    std::ranges::transform(samples[i].features.values, set.samples.ptr<float>(static_cast<int>(i)),
                           [](double value) { return static_cast<float>(value); });
  }
  set.groups = groups_of(samples);
  return set;
}

std::vector<Sample> unseen(const std::vector<Sample>& samples, const std::vector<Sample>& seen) {
  std::set<std::string> digests;
  for (const Sample& sample : seen) digests.insert(sample.digest);
  digests.erase("");
  std::vector<Sample> unseen;
  for (const Sample& sample : samples)
    if (!digests.contains(sample.digest)) unseen.push_back(sample);
  return unseen;
}

}  // namespace radflow
