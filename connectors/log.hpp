// Lines of the log that have fields: which source, topic and partition a line is about, its cause, how many. The log
// shows them with --log-format json; in text the message says the same. Thread-safe.
#pragma once

#include <spdlog/logger.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace radflow {

// An object.
using LogFields = nlohmann::ordered_json;

void log_with(spdlog::logger& logger, spdlog::level::level_enum level, std::string_view message,
              const LogFields& fields);
void log_info(std::string_view message, const LogFields& fields);
void log_warning(std::string_view message, const LogFields& fields);
void log_error(std::string_view message, const LogFields& fields);

// The name that begins a message, as fields: {"source": "frames"} for "source frames", {"sink": "results"} for "sink
// results", {"component": "transactions"} for others. What `fields` has comes behind it.
LogFields named(std::string_view name, const LogFields& fields);

// The fields of the line that this thread is writing; null: it has none. What formats the log asks for them.
const LogFields* log_fields();

}  // namespace radflow
