// The JSON of a result, one object on one line; nodes/encode/result.schema.json says what stands in it.
// The same payload, record and graph give the same bytes. Any thread.
#pragma once

#include <string>

#include "graph/context.hpp"

namespace radflow {

struct Features;
struct Frame;
struct Prediction;

constexpr int result_schema_version = 1;

std::string result_json(const Prediction& prediction, const Context& context);
std::string result_json(const Features& features, const Context& context);
// Describes the frame; its pixels stay out.
std::string result_json(const Frame& frame, const Context& context);

}  // namespace radflow
