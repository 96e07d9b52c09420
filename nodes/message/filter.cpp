// filter: lets messages through that fulfil a condition; the others end, and count as filtered.
//   - filter: {modality: [CT, MR]}
#include "nodes/message/condition.hpp"

namespace radflow {
namespace {

class Filter {
 public:
  explicit Filter(const ConditionParams& params) : condition_{params} {}

  std::optional<Payload> operator()(const Payload& payload, const Context& context) const {
    if (condition_.holds(payload, context)) return payload;
    return std::nullopt;
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
