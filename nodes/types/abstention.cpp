// How an abstention is written.
#include "nodes/types/abstention.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"

namespace radflow {

std::size_t Abstention::bytes() const {
  std::size_t bytes = sizeof *this + values.capacity() * sizeof(double);
  for (const Error& reason : reasons)
    bytes += sizeof reason + reason.reason.capacity() + reason.detail.capacity();
  return bytes;
}

std::string details(const std::vector<Error>& reasons) {
  std::string text;
  for (const Error& reason : reasons) text += (text.empty() ? "" : "; ") + reason.detail;
  return text;
}

namespace {

using Json = nlohmann::ordered_json;

void write(const Abstention& abstention, ResultFields& result) {
  Json reasons = Json::array();
  for (const Error& reason : abstention.reasons)
    reasons.push_back({{"reason", reason.reason}, {"detail", reason.detail}});
  result.add("reasons", reasons);
  Json measures = Json::object();
  for (std::size_t i = 0; i < abstention.values.size(); ++i)
    measures[(*abstention.names)[i]] =
        std::isfinite(abstention.values[i]) ? Json(abstention.values[i]) : Json(nullptr);
  result.add("measures", measures);
}

std::string summary(const Json& result) {
  std::string text = "abstained:";
  for (const Json& reason : result.at("reasons")) text += " " + reason.at("reason").get<std::string>();
  return text;
}

const RegisterPayload<Abstention> registered{{
    .sentence = "Why an image is no ground for an answer, and what was measured of it.",
    .json = write,
    .schema = R"({
      "required": ["reasons", "measures"],
      "properties": {
        "reasons": {"type": "array", "minItems": 1, "items": {
          "type": "object",
          "required": ["reason", "detail"],
          "properties": {
            "reason": {"type": "string", "description": "A word: wrong_modality, clipped, ..."},
            "detail": {"type": "string", "description": "The same for a person, with numbers."}
          }
        }},
        "measures": {
          "type": "object",
          "description": "null: it cannot be told.",
          "additionalProperties": {"type": ["number", "null"]}
        }
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
