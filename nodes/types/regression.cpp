#include "nodes/types/regression.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

void write(const Regression& regression, ResultFields& result) {
  result.add("value", regression.value);
  result.add("model", regression.model);
  result.add("model_digest", regression.model_digest);
}

std::string summary(const Json& result) { return fmt::format("{:.4g}", result.at("value").get<double>()); }

const RegisterPayload<Regression> registered{{
    .sentence = "A number that a model predicts, and the model that gave it.",
    .json = write,
    .schema = R"({
      "required": ["value", "model", "model_digest"],
      "properties": {
        "value": {"type": "number", "description": "In the unit of the labels that the model was trained on."},
        "model": {"type": "string", "description": "File name of the model."},
        "model_digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
