#include "nodes/message/condition.hpp"

#include <algorithm>

#include "nodes/classify/prediction.hpp"
#include "nodes/features/features.hpp"
#include "nodes/imaging/frame.hpp"

namespace radflow {
namespace {

bool among(const std::vector<std::string>& values, std::optional<std::string_view> value) {
  return value && std::ranges::find(values, *value) != values.end();
}

bool within(double value, const std::optional<double>& low, const std::optional<double>& high) {
  return (!low || value >= *low) && (!high || value <= *high);  // false for NaN where a bound is given
}

std::optional<std::string_view> modality(const Payload& payload, const Context& context) {
  if (const auto* frame = payload.get<Frame>(); frame && !frame->modality.empty()) return frame->modality;
  return context.identity().id("Modality");
}

}  // namespace

Condition::Condition(ConditionParams params) : asked_{std::move(params)} {
  const bool named = !asked_.header.empty() || !asked_.id.empty();
  if (named && asked_.equals.empty()) throw ParamError{"equals", "say which values match: equals: [a, b]"};
  if (!named && !asked_.equals.empty()) throw ParamError{"equals", "of what? give `header` or `id` too"};
  if (!asked_.header.empty() && !asked_.id.empty()) throw ParamError{"id", "give either `header` or `id`"};
  const bool bounds = asked_.min || asked_.max;
  if (!asked_.field.empty() && !bounds) throw ParamError{"field", "give `min`, `max` or both"};
  if (asked_.field.empty() && bounds)
    throw ParamError{"field", "name the feature that `min` and `max` bound"};
  if (asked_.min && asked_.max && *asked_.min > *asked_.max) throw ParamError{"min", "is greater than `max`"};
  if (asked_.modality.empty() && !named && asked_.label.empty() && !asked_.min_probability &&
      asked_.field.empty())
    throw ParamError{"", "asks nothing; give modality, header, id, label, min_probability or field"};
}

bool Condition::holds(const Payload& payload, const Context& context) const {
  if (!asked_.modality.empty() && !among(asked_.modality, modality(payload, context))) return false;
  if (!asked_.header.empty() && !among(asked_.equals, context.record().header(asked_.header))) return false;
  if (!asked_.id.empty() && !among(asked_.equals, context.identity().id(asked_.id))) return false;
  if (!asked_.label.empty() || asked_.min_probability) {
    const auto* prediction = payload.get<Prediction>();
    if (!prediction) return false;
    if (!asked_.label.empty() && !among(asked_.label, (*prediction->classes)[prediction->label]))
      return false;
    if (asked_.min_probability && !(prediction->probabilities[prediction->label] >= *asked_.min_probability))
      return false;
  }
  if (!asked_.field.empty()) {
    const auto* features = payload.get<Features>();
    if (!features) return false;
    const auto at = std::ranges::find(*features->names, asked_.field);
    if (at == features->names->end()) return false;
    if (!within(features->values[static_cast<std::size_t>(at - features->names->begin())], asked_.min,
                asked_.max))
      return false;
  }
  return true;
}

SpecBuilder& Condition::describe(SpecBuilder& spec) {
  using P = ConditionParams;
  return spec.param(&P::modality, "modality", any(), "The frame's modality is one of these: [CT, MR].")
      .param(&P::header, "header", any(),
             "The record's header of this name has one of the values of `equals`.")
      .param(&P::id, "id", any(), "The DICOM identifier of this name (SeriesInstanceUID) is one of `equals`.")
      .param(&P::equals, "equals", any(), "The values of `header` or `id` that match.")
      .param(&P::label, "label", any(), "The predicted label is one of these.")
      .param(&P::min_probability, "min_probability", range(0, 1),
             "The predicted label is at least this probable.")
      .param(&P::field, "field", any(), "The feature of this name lies within `min` and `max`.")
      .param(&P::min, "min", any(), "The least value of `field`.")
      .param(&P::max, "max", any(), "The greatest value of `field`.");
}

}  // namespace radflow
