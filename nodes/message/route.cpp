// route: sends messages that fulfil a condition to one branch and all others to another.
//   - route: {label: [pneumonia], min_probability: 0.9}
//   ...
//   - kafka: {topic: urgent}
//     from: route.matched
//   - kafka: {topic: routine}
//     from: route.other
#include "nodes/message/condition.hpp"

namespace radflow {
namespace {

class Route {
 public:
  Route(const ConditionParams& params, const BuildInfo& info) : condition_{params, info} {}

  // Errors: no_such_feature.
  Result<Routed> operator()(const Payload& payload, const Context& context) const {
    const Result<bool> holds = condition_.holds(payload, context);
    if (!holds) return holds.error();
    return Routed{payload, *holds ? 0 : 1};
  }

 private:
  Condition condition_;
};

SpecBuilder spec() {
  NodeSpec spec{"route", "Sends messages that fulfil a condition to `matched` and all others to `other`."};
  spec.outputs({"matched", "other"})
      .example(
          "- route: {label: [pneumonia], min_probability: 0.9}\n# then: from: route.matched, from: "
          "route.other");
  return Condition::describe(spec);
}

const Register<Route, ConditionParams> registered{spec()};

}  // namespace
}  // namespace radflow
