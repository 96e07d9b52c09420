// combine: one label of several members' probabilities for the same message, such as a support vector machine's and a
// network's. Of two classes it adds up logit / scale, so that a member that is rarely unsure does not drown the others;
// then probability = 1 / (1 + exp(-(slope * sum + offset))). Of more classes it adds up log(probability) / scale for each,
// and their softmax is the probability.
//   - combine:
//       members: {svm: {}, cnn: {}}
//       model: both.model                     # scales, calibration and threshold, made by radflow train --node combine
//       train: {threshold: {positive: ill, rule: sensitivity}}
//     from: [svm, cnn]
// or with the numbers in the graph, and without a model:
//   - combine: {members: {svm: {scale: 2.1}, cnn: {scale: 3.4}}, calibration: {slope: 1.2, offset: -0.3}, threshold: 0.42}
//     from: [svm, cnn]
//
// A good scale is the deviation of the member's logits on images that it was not trained on; calibration and threshold are
// for the sum. The members' own thresholds have no say. A probability of 0 or 1 counts as 1e-12 beside it.
#include <fmt/format.h>

#include <algorithm>

#include "graph/digest.hpp"
#include "graph/node.hpp"
#include "nodes/classify/combining.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/model_input.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

class Combine {
 public:
  // Throws ParamError.
  Combine(const CombineParams& params, const BuildInfo& info) : name_{info.name} {
    std::vector<std::string> from = info.from;
    if (from.empty())  // a caller without a graph gives them in this order
      for (const auto& [member, unused] : params.members) from.push_back(member);
    for (const std::string& member : from)
      if (!params.members.contains(member))
        throw ParamError{
            "members", fmt::format("'{}' comes in and has no scale: add {}: {{scale: ...}}", member, member)};
    for (const auto& [member, unused] : params.members)
      if (std::ranges::find(from, member) == from.end())
        throw ParamError{"members",
                         fmt::format("'{}' does not come in: name it in `from`, or leave it out", member)};
    if (params.model)
      take_model(params, from, info);
    else
      take_numbers(params, from);
    for (const Known& known : info.known)
      if (const auto* labels = known.get<KnownLabels>()) check_labels(*labels);
    if (model_) known_.set(KnownLabels{model_->manifest.classes});
  }

  Known known() const { return known_; }

  Result<Prediction> operator()(std::span<const Prediction* const> members) const {
    const std::vector<std::string>& classes = *members.front()->classes;
    std::vector<const std::vector<double>*> probabilities;
    for (const Prediction* member : members) {
      if (*member->classes != classes)
        return Error{"other_classes",
                     fmt::format("the members have other classes: {} and {}", fmt::join(classes, ", "),
                                 fmt::join(*member->classes, ", "))};
      probabilities.push_back(&member->probabilities);
    }
    if (model_ && classes != model_->manifest.classes)
      return Error{"other_classes",
                   fmt::format("{} is for the classes {}, the members have {}", model_->name,
                               fmt::join(model_->manifest.classes, ", "), fmt::join(classes, ", "))};
    if (classes.size() != 2 && for_two_)
      return Error{
          "other_classes",
          fmt::format("calibration and threshold are for two classes, and there are {}", classes.size())};
    Prediction all;
    all.classes = members.front()->classes;
    all.probabilities = how_.probabilities(probabilities);
    all.label =
        static_cast<std::size_t>(std::ranges::max_element(all.probabilities) - all.probabilities.begin());
    if (threshold_) all.label = all.probabilities[1] >= *threshold_ ? 1 : 0;
    if (model_) {
      all.label = model_->manifest.label_of(all.probabilities);
      all.model = model_->name;
      all.model_digest = model_->digest;  // The members' models are in it: it was made behind them.
      return all;
    }
    all.model = name_;
    std::string models = way_;
    for (const Prediction* member : members) models += member->model_digest + '\n';
    all.model_digest = sha256_digest(models);
    return all;
  }

 private:
  void take_numbers(const CombineParams& params, const std::vector<std::string>& from) {
    how_.members = from;
    for (const std::string& member : from) {
      how_.scales.push_back(params.members.at(member).scale.value_or(1));
      way_ += fmt::format("{} {}\n", member, how_.scales.back());
    }
    if (params.calibration) how_.slope = params.calibration->slope, how_.offset = params.calibration->offset;
    way_ += fmt::format("{} {}\n", how_.slope, how_.offset);
    threshold_ = params.threshold;
    for_two_ = params.calibration || params.threshold;
    wrong_for_more_ = params.calibration ? "calibration" : "threshold";
  }

  void take_model(const CombineParams& params, const std::vector<std::string>& from, const BuildInfo& info) {
    for (const auto& [name, given] : {std::pair{"calibration", params.calibration.has_value()},
                                      {"threshold", params.threshold.has_value()}})
      if (given) throw ParamError{name, fmt::format("the model has it: leave {} out, or the model", name)};
    model_ = model_of(info, *params.model, "combine");
    const Manifest& manifest = model_->manifest;
    if (!manifest.combination)
      throw ParamError{"model",
                       fmt::format("{} is a model of {}, which answers by itself; combine needs one that "
                                   "radflow train --node {} made",
                                   model_->name, manifest.algorithm, info.name)};
    how_.slope = manifest.combination->slope;
    how_.offset = manifest.combination->offset;
    for (const std::string& member : from) {
      const auto at = std::ranges::find(manifest.combination->members, member);
      if (at == manifest.combination->members.end() || manifest.combination->members.size() != from.size())
        throw ParamError{"model",
                         fmt::format("{} is for the members {}, and {} come in; train it again", model_->name,
                                     fmt::join(manifest.combination->members, ", "), fmt::join(from, ", "))};
      how_.members.push_back(member);
      how_.scales.push_back(
          manifest.combination->scales[static_cast<std::size_t>(at - manifest.combination->members.begin())]);
      if (const auto given = params.members.at(member).scale; given && *given != how_.scales.back())
        throw ParamError{"members",
                         fmt::format("the scale of {} is {} here and {} in {}: leave it out, or train the "
                                     "model again",
                                     member, *given, how_.scales.back(), model_->name)};
    }
    if (const std::string what = upstream_difference(manifest, info); !what.empty())
      throw ParamError{"model",
                       fmt::format("{} was trained behind other nodes or members: {}; undo that or train it "
                                   "again with radflow train --node {}",
                                   model_->name, what, info.name)};
  }

  void check_labels(const KnownLabels& labels) {
    const auto differ = [](const std::string& whose, const std::vector<std::string>& a,
                           const std::vector<std::string>& b) {
      return ParamError{
          "", fmt::format("{}: {} and {}, in this order", whose, fmt::join(a, ", "), fmt::join(b, ", "))};
    };
    if (const auto* first = known_.get<KnownLabels>(); first && first->labels != labels.labels)
      throw differ("its members have other labels", first->labels, labels.labels);
    if (model_ && labels.labels != model_->manifest.classes)
      throw differ("its model and its members have other labels", model_->manifest.classes, labels.labels);
    known_.set(labels);
    if (labels.labels.size() != 2 && for_two_)
      throw ParamError{wrong_for_more_,
                       fmt::format("it is for two labels, and the members have {}", labels.labels.size())};
  }

  const std::string name_;
  std::shared_ptr<const Model> model_;  // null: the graph has the numbers
  Combination how_;                     // members in the order of the inputs
  std::optional<double> threshold_;
  bool for_two_ = false;
  std::string wrong_for_more_;
  std::string way_;  // members, scales and calibration, for the digest of the model
  Known known_;
};

const Register<Combine, CombineParams> registered{
    NodeSpec{"combine", "Gives one label and its probabilities from those of several members."}
        .param(&CombineParams::members, "members", required(), "The nodes in `from`, each with its scale.")
        .param(&CombineParams::calibration, "calibration", any(),
               "Of two labels: how the sum becomes a probability.")
        .param(&CombineParams::threshold, "threshold", range(0, 1),
               "Of two labels the second is given from this probability on; absent: the more probable one.")
        .param(&CombineParams::model, "model", model_file(),
               "The model file that has scales, calibration and threshold; radflow train --node NAME makes "
               "it from "
               "--val or from --scores. Absent: the numbers above.")
        .param(&CombineParams::train, "train", any(), "How radflow train makes the model.")
        .of_training()
        .errors(
            {{"other_classes",
              "The members do not have the same classes in the same order, or other ones than the model, or "
              "calibration or threshold are given for other than two."}})
        .example("- combine:\n    members: {svm: {scale: 2.1}, cnn: {scale: 3.4}}\n    threshold: 0.42\n    "
                 "from: [svm, "
                 "cnn]")};

}  // namespace
}  // namespace radflow
