// Condition: what `filter` and `route` ask of a message. Every part that is given must hold; no part given is
// an error. A header, identifier or modality that a message does not have does not match. What can never be
// there is an error: when the graph is built if it can be told then (a label that is none of the model's
// classes, a feature asked of a frame), else of the record (a feature of another name).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/node.hpp"

namespace radflow {

struct ConditionParams {
  std::vector<std::string> modality;
  std::string header;
  std::string id;
  std::vector<std::string> equals;
  std::vector<std::string> label;
  std::optional<double> min_probability;
  std::string field;
  std::optional<double> min;
  std::optional<double> max;
};

class Condition {
 public:
  // Throws ParamError if nothing is asked, a part lacks its other half or what is asked can never arrive.
  Condition(ConditionParams params, const BuildInfo& info);

  // Errors: no_such_feature.
  Result<bool> holds(const Payload& payload, const Context& context) const;

  // Adds the parameters to a specification, in one wording for both nodes.
  static SpecBuilder& describe(SpecBuilder& spec);

 private:
  ConditionParams asked_;
};

}  // namespace radflow
