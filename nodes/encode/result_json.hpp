// The JSON of a result, one object on one line, and the schema that says what stands in it: what every result says of
// where it comes from, and the fields of its payload type (graph/register_payload.hpp). Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "graph/context.hpp"
#include "graph/register_payload.hpp"

namespace radflow {

constexpr int result_schema_version = 1;

// The same payload, record and graph give the same bytes.
std::string result_json(const Payload& payload, const PayloadFormat& format, const Context& context);

// JSON Schema (draft 2020-12) of all results that this program can write.
nlohmann::ordered_json result_schema();

}  // namespace radflow
