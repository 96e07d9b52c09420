// Combining: the parameters of the node `combine`, and how its model is made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/param_codec.hpp"
#include "graph/plan.hpp"
#include "nodes/classify/threshold.hpp"

namespace radflow {

struct CombineMember {
  std::optional<double> scale;
  static Fields<CombineMember> fields();
};
struct CombineCalibration {
  double slope = 1;
  double offset = 0;
  static Fields<CombineCalibration> fields();
};
enum class CombineFit { Platt, None };
Choices<CombineFit> choices_of(CombineFit);
struct CombineTraining {
  CombineFit calibration = CombineFit::Platt;
  std::optional<ThresholdParams> threshold;
  static Fields<CombineTraining> fields();
};
struct CombineParams {
  std::map<std::string, CombineMember> members;
  std::optional<CombineCalibration> calibration;
  std::optional<double> threshold;
  std::optional<std::string> model;
  std::optional<CombineTraining> train;
};

// Its parameters, if the node is a `combine`; else null.
const CombineParams* combining(const NodePlan& node);

// What the members said of an image that they were not trained on.
struct MemberScores {
  std::string name;    // the record's key, which messages name
  std::string label;   // what is true of it
  std::string digest;  // "xxh3:..." of the record's bytes; "" if it is not known
  std::string group;   // images of one group are held out together; "": each is a group
  std::vector<std::vector<double>> probabilities;  // [member][class]
};

// The bytes of the model. `classes` are those of the members, which are `combine`'s inputs, in both orders. A scale that a
// member has in the graph is taken, others are the spread of its logits. Metrics come of folds: each image is judged by
// numbers that it was held out of. `from` names the images: "--val images/val". Throws std::runtime_error.
std::string fit_combination(const std::vector<MemberScores>& scores, const std::vector<std::string>& classes,
                            const CombineParams& params, const BuildInfo& combine, const std::string& from,
                            const std::string& grouped_by);

}  // namespace radflow
