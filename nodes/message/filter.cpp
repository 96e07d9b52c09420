// filter: lets messages through that fulfil a condition; the others end, and count as filtered.
//   - filter: {modality: [CT, MR]}
#include "nodes/message/condition.hpp"

namespace radflow {
namespace {

class Filter {
 public:
  Filter(const ConditionParams& params, const BuildInfo& info) : condition_{params, info} {}

  // Errors: no_such_feature.
  Result<std::optional<Payload>> operator()(const Payload& payload, const Context& context) const {
    const Result<bool> holds = condition_.holds(payload, context);
    if (!holds) return holds.error();
    return *holds ? std::optional{payload} : std::nullopt;
  }

 private:
  Condition condition_;
};

SpecBuilder spec() {
  NodeSpec spec{"filter", "Lets messages through that fulfil a condition; the others end as filtered."};
  spec.example("- filter: {modality: [CT, MR]}");
  return Condition::describe(spec);
}

const Register<Filter, ConditionParams> registered{spec()};

}  // namespace
}  // namespace radflow
