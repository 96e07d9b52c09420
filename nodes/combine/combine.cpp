// combine: one label of several members' probabilities for the same message, such as a support vector machine's and a
// network's. Of two classes it adds up logit / scale, so that a member that is rarely unsure does not drown the others;
// then probability = 1 / (1 + exp(-(slope * sum + offset))). Of more classes it adds up log(probability) / scale for each,
// and their softmax is the probability.
//   - combine:
//       members: {svm: {scale: 2.1}, cnn: {scale: 3.4}}
//       calibration: {slope: 1.2, offset: -0.3}
//       threshold: 0.42
//     from: [svm, cnn]
//
// A good scale is the deviation of the member's logits on images that it was not trained on; calibration and threshold are
// for the sum. The members' own thresholds have no say. A probability of 0 or 1 counts as 1e-12 beside it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "graph/digest.hpp"
#include "graph/node.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

struct Member {
  double scale = 1;
  static Fields<Member> fields() {
    return Fields<Member>{}.param(&Member::scale, "scale", range(1e-6, 1e6), "Its logits are divided by it.");
  }
};
struct Calibration {
  double slope = 1;
  double offset = 0;
  static Fields<Calibration> fields() {
    return Fields<Calibration>{}
        .param(&Calibration::slope, "slope", range(1e-6, 1e6), "The sum of the members is multiplied by it.")
        .param(&Calibration::offset, "offset", range(-1e6, 1e6), "Added then.");
  }
};
struct Params {
  std::map<std::string, Member> members;
  std::optional<Calibration> calibration;
  std::optional<double> threshold;
};

double log_of(double probability) { return std::log(std::clamp(probability, 1e-12, 1 - 1e-12)); }

class Combine {
 public:
  // Throws ParamError.
  Combine(const Params& params, const BuildInfo& info)
      : calibration_{params.calibration}, threshold_{params.threshold}, name_{info.name} {
    std::vector<std::string> from = info.from;
    if (from.empty())  // a caller without a graph gives them in this order
      for (const auto& [member, unused] : params.members) from.push_back(member);
    for (const std::string& member : from) {
      const auto known = params.members.find(member);
      if (known == params.members.end())
        throw ParamError{
            "members", fmt::format("'{}' comes in and has no scale: add {}: {{scale: ...}}", member, member)};
      scales_.push_back(known->second.scale);
      way_ += fmt::format("{} {}\n", member, known->second.scale);
    }
    for (const auto& [member, unused] : params.members)
      if (std::ranges::find(from, member) == from.end())
        throw ParamError{"members",
                         fmt::format("'{}' does not come in: name it in `from`, or leave it out", member)};
    const Calibration how = calibration_.value_or(Calibration{});
    way_ += fmt::format("{} {}\n", how.slope, how.offset);
    for (std::size_t i = 0; i < info.known.size(); ++i) {
      const auto* labels = info.known[i].get<KnownLabels>();
      if (!labels) continue;
      if (const auto* first = known_.get<KnownLabels>(); first && first->labels != labels->labels)
        throw ParamError{"", fmt::format("its members have other labels: {} and {}, in this order",
                                         fmt::join(first->labels, ", "), fmt::join(labels->labels, ", "))};
      known_.set(*labels);
      if (labels->labels.size() != 2) check_two(labels->labels.size());
    }
  }

  Known known() const { return known_; }

  Result<Prediction> operator()(std::span<const Prediction* const> members) const {
    const std::vector<std::string>& classes = *members.front()->classes;
    for (const Prediction* member : members)
      if (*member->classes != classes)
        return Error{"other_classes",
                     fmt::format("the members have other classes: {} and {}", fmt::join(classes, ", "),
                                 fmt::join(*member->classes, ", "))};
    if (classes.size() != 2 && (calibration_ || threshold_))
      return Error{
          "other_classes",
          fmt::format("calibration and threshold are for two classes, and there are {}", classes.size())};
    std::vector<double> sums(classes.size());
    for (std::size_t m = 0; m < members.size(); ++m)
      for (std::size_t k = 0; k < sums.size(); ++k)
        sums[k] += log_of(members[m]->probabilities.at(k)) / scales_.at(m);
    Prediction all;
    all.classes = members.front()->classes;
    all.probabilities = classes.size() == 2 ? two(sums[1] - sums[0]) : shares(sums);
    all.label =
        static_cast<std::size_t>(std::ranges::max_element(all.probabilities) - all.probabilities.begin());
    if (threshold_) all.label = all.probabilities[1] >= *threshold_ ? 1 : 0;
    all.model = name_;
    std::string models = way_;
    for (const Prediction* member : members) models += member->model_digest + '\n';
    all.model_digest = sha256_digest(models);
    return all;
  }

 private:
  void check_two(std::size_t labels) const {
    if (calibration_ || threshold_)
      throw ParamError{calibration_ ? "calibration" : "threshold",
                       fmt::format("it is for two labels, and the members have {}", labels)};
  }
  std::vector<double> two(double logit) const {
    const Calibration how = calibration_.value_or(Calibration{});
    const double second = 1 / (1 + std::exp(-(how.slope * logit + how.offset)));
    return {1 - second, second};
  }
  static std::vector<double> shares(std::vector<double> sums) {
    const double most = *std::ranges::max_element(sums);
    for (double& sum : sums) sum = std::exp(sum - most);
    const double whole = std::accumulate(sums.begin(), sums.end(), 0.0);
    for (double& sum : sums) sum /= whole;
    return sums;
  }

  const std::optional<Calibration> calibration_;
  const std::optional<double> threshold_;
  const std::string name_;
  std::vector<double> scales_;  // in the order of the inputs
  std::string way_;             // members, scales and calibration, for the digest of the model
  Known known_;
};

const Register<Combine, Params> registered{
    NodeSpec{"combine", "Gives one label and its probabilities from those of several members."}
        .param(&Params::members, "members", required(), "The nodes in `from`, each with its scale.")
        .param(&Params::calibration, "calibration", any(),
               "Of two labels: how the sum becomes a probability.")
        .param(&Params::threshold, "threshold", range(0, 1),
               "Of two labels the second is given from this probability on; absent: the more probable one.")
        .errors({{"other_classes",
                  "The members do not have the same classes in the same order, or calibration or threshold "
                  "are given "
                  "for other than two."}})
        .example("- combine:\n    members: {svm: {scale: 2.1}, cnn: {scale: 3.4}}\n    threshold: 0.42\n    "
                 "from: [svm, "
                 "cnn]")};

}  // namespace
}  // namespace radflow
