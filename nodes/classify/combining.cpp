#include "nodes/classify/combining.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nodes/classify/fit.hpp"
#include "nodes/classify/folds.hpp"

namespace radflow {
namespace {

constexpr int wanted_folds = 5;

struct Fitting {
  const CombineParams& params;
  const std::vector<MemberScores>& scores;
  std::vector<int> labels;
  std::size_t positive = 1;  // the class that the threshold is for
};

std::vector<const std::vector<double>*> members_of(const MemberScores& one) {
  std::vector<const std::vector<double>*> all;
  for (const auto& probabilities : one.probabilities) all.push_back(&probabilities);
  return all;
}

// The numbers and the threshold, from the samples of which `in` holds.
template <typename In>
std::pair<Combination, std::optional<Threshold>> fit_on(const Fitting& fitting,
                                                        const std::vector<std::string>& members,
                                                        const In& in) {
  Combination fitted{members, {}};
  for (std::size_t m = 0; m < members.size(); ++m) {
    const CombineMember& given = fitting.params.members.at(members[m]);
    std::vector<std::vector<double>> own;
    for (std::size_t i = 0; i < fitting.scores.size() && !given.scale; ++i)
      if (in(i)) own.push_back(fitting.scores[i].probabilities[m]);
    fitted.scales.push_back(given.scale ? *given.scale : spread_of_logits(own));
  }
  const CombineTraining how = fitting.params.train.value_or(CombineTraining{});
  if (how.calibration == CombineFit::Platt) {
    std::vector<std::vector<double>> sums;
    std::vector<int> labels;
    for (std::size_t i = 0; i < fitting.scores.size(); ++i) {
      if (!in(i)) continue;
      sums.push_back(fitted.sums(members_of(fitting.scores[i])));
      labels.push_back(fitting.labels[i]);
    }
    calibrate(fitted, sums, labels);
  }
  if (!how.threshold) return {fitted, std::nullopt};
  std::vector<double> probabilities;
  std::vector<bool> positive;
  for (std::size_t i = 0; i < fitting.scores.size(); ++i) {
    if (!in(i)) continue;
    probabilities.push_back(fitted.probabilities(members_of(fitting.scores[i]))[fitting.positive]);
    positive.push_back(fitting.labels[i] == static_cast<int>(fitting.positive));
  }
  return {fitted, choose_threshold(*how.threshold, probabilities, positive)};
}

// Labels and groups alone: the folds ask for no more.
TrainingSet labelled_set(const Fitting& fitting, std::size_t classes) {
  TrainingSet set;
  set.classes = static_cast<int>(classes);
  set.labels = fitting.labels;
  std::map<std::string, int> groups;
  for (const MemberScores& one : fitting.scores) {
    const std::string name =
        one.group.empty() ? one.digest.empty() ? "name " + one.name : one.digest : "group " + one.group;
    set.groups.push_back(groups.try_emplace(name, static_cast<int>(groups.size())).first->second);
  }
  return set;
}

}  // namespace

std::string fit_combination(const std::vector<MemberScores>& scores, const std::vector<std::string>& classes,
                            const CombineParams& params, const BuildInfo& combine, const std::string& from,
                            const std::string& grouped_by) {
  Fitting fitting{params, scores, {}};
  Manifest manifest;
  manifest.algorithm = "combine";
  manifest.classes = classes;
  manifest.samples.resize(classes.size());
  for (const MemberScores& one : scores) {
    const auto at = std::ranges::find(classes, one.label);
    if (at == classes.end())
      throw std::runtime_error{
          fmt::format("{} is of the class '{}', which the members do not have: they have {}", one.name,
                      one.label, fmt::join(classes, ", "))};
    fitting.labels.push_back(static_cast<int>(at - classes.begin()));
    ++manifest.samples[static_cast<std::size_t>(fitting.labels.back())];
  }
  const CombineTraining how = params.train.value_or(CombineTraining{});
  if (how.threshold) {
    const auto at = std::ranges::find(classes, how.threshold->positive);
    if (classes.size() != 2 || at == classes.end())
      throw std::runtime_error{
          fmt::format("threshold.positive names one of two classes, and is '{}': the members have {}",
                      how.threshold->positive, fmt::join(classes, ", "))};
    fitting.positive = static_cast<std::size_t>(at - classes.begin());
  }
  const TrainingSet set = labelled_set(fitting, classes.size());
  for (std::size_t k = 0; k < classes.size(); ++k)
    if (manifest.samples[k] == 0)
      throw std::runtime_error{
          fmt::format("no image is of the class '{}': combining needs every class", classes[k])};
  const std::vector<int> fold_of = stratified_folds(set, wanted_folds, 1);
  const int folds = *std::ranges::max_element(fold_of) + 1;

  const auto [fitted, threshold] = fit_on(fitting, combine.from, [](std::size_t) { return true; });
  manifest.combination = fitted;
  manifest.threshold = threshold;
  if (threshold) manifest.threshold->from = fmt::format("{} images of {}", scores.size(), from);
  std::vector<Case> cases(scores.size());
  for (int fold = 0; fold < folds; ++fold) {
    const auto [others, cut] =
        fit_on(fitting, combine.from, [&](std::size_t i) { return fold_of[i] != fold; });
    Manifest judging;
    judging.classes = classes;
    judging.threshold = cut;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (fold_of[i] != fold) continue;
      const std::vector<double> probabilities = others.probabilities(members_of(scores[i]));
      cases[i] = {scores[i].label, classes[judging.label_of(probabilities)], probabilities,
                  grouped_by == "image" ? "" : std::to_string(set.groups[i])};
    }
  }
  Evaluation evaluation = evaluate(classes, cases);
  manifest.judged =
      Judged{fmt::format("{} images of {}, each held out of the scales, calibration and threshold that "
                         "judged it ({} folds, grouped by {})",
                         scores.size(), from, folds, grouped_by),
             evaluation.cases, std::move(evaluation.intervals), std::move(evaluation.estimates)};
  manifest.grouped_by = grouped_by;
  manifest.probabilities = how.calibration == CombineFit::None ? "of the sum of the members, not calibrated"
                           : classes.size() == 2               ? "Platt, fitted on the sum of the members"
                                                 : "softmax of a slope, fitted on the sum of the members";
  manifest.parameters = shown(CombineTraining::fields().list, &how);
  for (const std::string& member : combine.from)
    for (const std::string& name : classes) manifest.features.push_back(member + "." + name);
  manifest.images = image_digests(scores);
  set_origin(manifest, combine);
  return write_model(manifest, CombinedMembers{fitted});
}

}  // namespace radflow
