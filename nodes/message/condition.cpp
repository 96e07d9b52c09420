#include "nodes/message/condition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/suggestion.hpp"
#include "graph/value.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/modality.hpp"
#include "nodes/types/prediction.hpp"

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

// What `decode` reads of an object.
const std::vector<std::string> identifiers{"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID",
                                           "SOPClassUID",      "Modality",          "BodyPartExamined",
                                           "FrameNumber"};

void check_labels(const std::vector<std::string>& asked, const std::vector<std::string>& known) {
  for (const std::string& label : asked)
    if (std::ranges::find(known, label) == known.end())
      throw ParamError{"label", fmt::format("'{}' is none of the model's classes: {}{}", label,
                                            fmt::join(known, ", "), suggestion(label, known))};
}

// Throws if something else than a payload of type T arrives.
template <typename T>
void check_arrives(const std::string& param, const BuildInfo& info, std::string_view way_out) {
  const PayloadType* arrives = info.inputs.empty() ? nullptr : info.inputs.front();
  if (arrives && !is_type<T>(arrives))
    throw ParamError{param, fmt::format("asks {}, and {} arrives here: nothing would ever match; {}",
                                        payload_type<T>.name, arrives->name, way_out)};
}

// A record is not read before `decode`.
void check_read(const std::string& param, const BuildInfo& info) {
  const bool known = !info.inputs.empty() && !info.upstream_digest.empty();
  if (known && is_type<Record>(info.inputs.front()) && info.upstream.empty())
    throw ParamError{param,
                     "asks what `decode` reads, and records arrive here as they came: nothing would ever "
                     "match; put it behind `decode`, or ask a `header`"};
}

Error no_such_feature(const std::string& asked, const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  std::string all =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + std::min(names.size(), most), ", "));
  if (names.size() > most) all += fmt::format(", ... {}", names.back());
  return {"no_such_feature", fmt::format("there is no feature '{}'{}; the {} are {}", asked,
                                         suggestion(asked, names), names.size(), all)};
}

}  // namespace

Condition::Condition(ConditionParams params, const BuildInfo& info) : asked_{std::move(params)} {
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

  take_modalities(asked_.modality, "`id: Modality, equals: [{}]`");
  const Known known = info.known.empty() ? Known{} : info.known.front();
  if (const auto* labels = known.get<KnownLabels>()) check_labels(asked_.label, labels->labels);
  if (const auto* features = known.get<KnownFeatures>(); features && !asked_.field.empty())
    if (std::ranges::find(features->names, asked_.field) == features->names.end())
      throw ParamError{"field", no_such_feature(asked_.field, features->names).detail};
  if (!asked_.modality.empty()) check_read("modality", info);
  if (!asked_.id.empty()) {
    check_read("id", info);
    if (const std::string near = nearest(asked_.id, identifiers); !near.empty() && near != asked_.id)
      throw ParamError{"id", fmt::format("'{}' is no identifier that `decode` reads; did you mean '{}'?",
                                         asked_.id, near)};
  }
  if (!asked_.label.empty() || asked_.min_probability)
    check_arrives<Prediction>(asked_.label.empty() ? "min_probability" : "label", info,
                              "put it behind `classify`");
  if (!asked_.field.empty())
    check_arrives<Features>(
        "field", info, "take the input from a node that makes features (`from: NODE`): histogram, concat");
}

Result<bool> Condition::holds(const Payload& payload, const Context& context) const {
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
    if (at == features->names->end()) return no_such_feature(asked_.field, *features->names);
    if (!within(features->values[static_cast<std::size_t>(at - features->names->begin())], asked_.min,
                asked_.max))
      return false;
  }
  return true;
}

SpecBuilder& Condition::describe(SpecBuilder& spec) {
  using P = ConditionParams;
  return spec.errors({{"no_such_feature", "There is no feature of the name that `field` says."}})
      .param(&P::modality, "modality", any(),
             "The frame's modality is one of these: [CT, MR], in either case. A frame without one does not "
             "match.")
      .param(
          &P::header, "header", any(),
          "The record's header of this name has one of the values of `equals`. A record without it does not "
          "match.")
      .param(&P::id, "id", any(),
             fmt::format("The DICOM identifier of this name is one of `equals`. `decode` reads {}; an object "
                         "without it does not match.",
                         fmt::join(identifiers, ", ")))
      .param(&P::equals, "equals", any(), "The values of `header` or `id` that match.")
      .param(&P::label, "label", any(), "The predicted label is one of these; each is a class of the model.")
      .param(&P::min_probability, "min_probability", range(0, 1),
             "The predicted label is at least this probable.")
      .param(
          &P::field, "field", any(),
          "The feature of this name lies within `min` and `max`. Features without it are an error of their "
          "record (no_such_feature). What is not a number does not match.")
      .param(&P::min, "min", any(), "The least value of `field`.")
      .param(&P::max, "max", any(), "The greatest value of `field`.");
}

}  // namespace radflow
