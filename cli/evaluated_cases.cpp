// Cases of the predictions that a graph made here, or that were kept.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/evaluated_results.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow::cli {

std::string Judging::grouping() const {
  return group.empty() && labels && labels->has("patient") ? "patient" : group;
}

std::string name_of(const Tapped& message) {
  if (message.part == std::vector<std::uint32_t>{0}) return message.key;
  std::string name = message.key;
  char before = '#';
  for (const std::uint32_t index : message.part)
    name += fmt::format("{}{}", std::exchange(before, '.'), index + 1);
  return name;
}

void add_cases(std::vector<Tapped>& messages, const Judging& judging, EvaluatedResults& evaluated) {
  if (judging.labels) warn(label_all(*judging.labels, judging.split, messages));
  const std::string group = judging.grouping();
  const std::vector<std::string> groups = set_groups(messages, group, judging.labels);
  const std::vector<std::string> subgroups = groups_of(messages, judging.by, judging.labels);
  if (!group.empty()) evaluated.grouped_by = group;
  evaluated.subgroups_by = judging.by;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Tapped& message = messages[i];
    if (!message.label)
      throw std::runtime_error{
          fmt::format("{} has no label: put the files of each class in a folder of its name, or name them in "
                      "--labels FILE.csv",
                      message.key)};
    const auto& prediction = message.payload.as<Prediction>();
    evaluated.classes = *prediction.classes;
    if (std::ranges::find(evaluated.classes, *message.label) == evaluated.classes.end())
      throw std::runtime_error{
          fmt::format("{} is of the class '{}', which {} does not have: it has {}; leave such images out, or "
                      "train it with some",
                      message.key, *message.label, prediction.model, fmt::join(evaluated.classes, ", "))};
    evaluated.model = prediction.model;
    evaluated.model_digest = prediction.model_digest;
    evaluated.cases.push_back({*message.label, evaluated.classes[prediction.label], prediction.probabilities,
                               groups[i], subgroups[i]});
    evaluated.names.push_back(name_of(message));
  }
  evaluated.images = images_of(messages);
}

}  // namespace radflow::cli
