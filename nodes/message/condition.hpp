// Condition: what `filter` and `route` ask of a message. Every part that is given must hold; no part given is
// an error. What a message does not have (a header, an identifier, a label) never matches.
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
  // Throws ParamError if nothing is asked, or a part lacks its other half.
  explicit Condition(ConditionParams params);

  // `payload` may be of any type: `label` and `min_probability` ask a prediction, `field` features.
  bool holds(const Payload& payload, const Context& context) const;

  // Adds the parameters to a specification, in one wording for both nodes.
  static SpecBuilder& describe(SpecBuilder& spec);

 private:
  ConditionParams asked_;
};

}  // namespace radflow
