#include "cli/train_combine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

#include "cli/labels.hpp"
#include "cli/same_images.hpp"
#include "cli/scores.hpp"
#include "cli/tap.hpp"
#include "connectors/stand_in.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow::cli {
namespace {

// The images of the training of any member, sorted.
std::vector<ImageDigest> seen_by_members(const Plan& plan, std::size_t index) {
  std::vector<ImageDigest> seen;
  for (const InputPlan& input : plan.nodes[index].inputs) {
    if (input.node < 0) continue;
    const auto member = static_cast<std::size_t>(input.node);
    for (const std::string& file : model_files(plan, member))
      std::ranges::copy(load_model(file).manifest.images, std::back_inserter(seen));
  }
  std::ranges::sort(seen);
  return seen;
}

ReadScores validated(const Plan& plan, std::size_t index, const CombineSources& sources,
                     const std::string& group, const Labels* labels) {
  const std::vector<ImageDigest> seen = seen_by_members(plan, index);
  TappedResults tapped = tap(plan, index, TapAt::Input, "members", count_input(sources.val));
  print_failures(tapped);
  if (labels) warn(label_all(*labels, "val", tapped.messages));
  warn(describe_repeated(images_of(tapped.messages)));
  const std::vector<std::string> groups = set_groups(tapped.messages, group, labels);
  const std::size_t members = plan.nodes[index].inputs.size();
  std::map<std::tuple<std::string, std::int64_t, std::vector<std::uint32_t>>, MemberScores> all;
  ReadScores read;
  std::size_t known = 0;
  for (std::size_t i = 0; i < tapped.messages.size(); ++i) {
    const Tapped& message = tapped.messages[i];
    const auto digest = image_digest(message.digest);
    if (digest && std::ranges::binary_search(seen, *digest)) {
      known += message.end == 0;
      continue;
    }
    if (!message.label)
      throw std::runtime_error{
          fmt::format("{} has no label: put the files of each class in a folder of its name, or "
                      "name them in --labels FILE.csv",
                      message.key)};
    const auto& prediction = message.payload.as<Prediction>();
    if (read.classes.empty()) read.classes = *prediction.classes;
    if (read.classes != *prediction.classes)
      throw std::runtime_error{fmt::format("the members have other classes: {} and {}",
                                           fmt::join(read.classes, ", "),
                                           fmt::join(*prediction.classes, ", "))};
    MemberScores& one = all[{message.key, message.offset, message.part}];
    one.name = message.key;
    one.label = *message.label;
    one.digest = message.digest;
    one.group = groups[i];
    one.probabilities.resize(members);
    one.probabilities.at(message.end) = prediction.probabilities;
  }
  for (auto& [place, one] : all)
    if (std::ranges::none_of(one.probabilities, [](const auto& p) { return p.empty(); }))
      read.scores.push_back(std::move(one));
  if (read.scores.empty())
    throw std::runtime_error{
        known > 0
            ? fmt::format(
                  "every image of --val {} is among those that a member was trained on: it cannot say how "
                  "the members do on others",
                  sources.val)
            : fmt::format("no image of --val {} came through every member", sources.val)};
  if (known > 0)
    read.left_out =
        fmt::format("{} images of --val {} are among those that a member was trained on: they were left out",
                    known, sources.val);
  return read;
}

}  // namespace

std::string combined_model(const Plan& plan, std::size_t index, const CombineSources& sources) {
  const NodePlan& node = plan.nodes[index];
  if (sources.val.empty() == sources.scores.empty())
    refuse(node.mark,
           fmt::format("{} is fitted on what its members say of images that they were not trained on: name "
                       "these with --val FOLDER, or their scores with --scores FILE.csv",
                       node.name));
  if (!sources.scores.empty()) {
    ReadScores read = read_scores(sources.scores, node.info.from);
    warn({read.left_out});
    const bool grouped = std::ranges::any_of(read.scores, [](const auto& one) { return !one.group.empty(); });
    return fit_combination(read.scores, read.classes, *combining(node), node.info,
                           fmt::format("--scores {}", fmt::join(sources.scores, ", ")),
                           grouped ? "group" : "image");
  }
  Overrides overrides{.set = sources.set, .training = true};
  overrides.source = files_at(sources.val);
  const Plan on_images = load_plan(sources.graph, overrides);
  std::optional<Labels> labels;
  if (!sources.labels.empty()) labels.emplace(sources.labels);
  const std::string group =
      sources.group.empty() && labels && labels->has("patient") ? "patient" : sources.group;
  ReadScores read = validated(on_images, index, sources, group, labels ? &*labels : nullptr);
  warn({read.left_out});
  return fit_combination(read.scores, read.classes, *combining(node), node.info, "--val " + sources.val,
                         group.empty() ? "image" : group);
}

std::vector<std::string> model_files(const Plan& plan, std::size_t index) {
  const NodePlan& node = plan.nodes[index];
  std::vector<std::string> files;
  if (const auto learned = trainable(node)) files.push_back(node.info.path(learned->model));
  if (const RegressParams* numbers = regressing(node)) files.push_back(node.info.path(numbers->model));
  const CombineParams* const combined = combining(node);
  if (!combined) return files;
  if (combined->model) files.push_back(node.info.path(*combined->model));
  for (const InputPlan& input : node.inputs)
    if (input.node >= 0)
      std::ranges::move(model_files(plan, static_cast<std::size_t>(input.node)), std::back_inserter(files));
  return files;
}

}  // namespace radflow::cli
