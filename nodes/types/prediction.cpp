#include "nodes/types/prediction.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"

namespace radflow {

std::size_t Prediction::bytes() const {
  return sizeof *this + probabilities.capacity() * sizeof(double) + model.capacity() +
         model_digest.capacity();
}

namespace {

using Json = nlohmann::ordered_json;

void write(const Prediction& prediction, ResultFields& result) {
  result.add("label", (*prediction.classes)[prediction.label]);
  Json probabilities = Json::object();
  for (std::size_t i = 0; i < prediction.classes->size(); ++i)
    probabilities[(*prediction.classes)[i]] = prediction.probabilities[i];
  result.add("probabilities", probabilities);
  result.add("model", prediction.model);
  result.add("model_digest", prediction.model_digest);
}

std::string summary(const Json& result) {
  const std::string label = result.at("label");
  return fmt::format("{} {:.3f}", label, result.at("probabilities").value(label, 0.0));
}

const RegisterPayload<Prediction> registered{{
    .sentence = "A label, the probability of every class and the model that gave them.",
    .json = write,
    .schema = R"({
      "required": ["label", "probabilities", "model", "model_digest"],
      "properties": {
        "label": {"type": "string", "description": "The most probable class, of equals the first; or the one that the model's threshold gives."},
        "probabilities": {
          "type": "object",
          "description": "Every class of the model. Shortest digits that read back to the same double.",
          "minProperties": 2,
          "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}
        },
        "model": {"type": "string", "description": "File name of the model."},
        "model_digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
