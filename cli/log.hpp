// The log on stderr, one set-up for every command. In a pipe or a file each line has its time, in UTC with
// offset, and its level, whoever prints it; with Json each line is one object.
#pragma once

#include <spdlog/common.h>

#include <string>
#include <string_view>

#include "connectors/log.hpp"
#include "graph/value.hpp"

namespace radflow::cli {

enum class LogFormat { Text, Json };

// Makes spdlog write to stderr. With `every_line` what is printed on std::cerr becomes lines of the log too,
// unless stderr is a terminal and the format is Text. Call it once, before other threads start.
void log_to_stderr(const std::string& level, LogFormat format, bool every_line);

// A line with fields, which only Json shows. In a terminal it is written whatever the level of the log is, as the
// progress is: somebody asked for it. An "error: " or "warning: " in front is for a terminal: elsewhere the level says it.
void log_line(spdlog::level::level_enum level, std::string_view message, const LogFields& fields);

// Where in a graph's file something is wrong; nothing if it is in no line.
LogFields place_fields(const Diagnostic& found);

// Whether std::cerr prints lines of the log in text: a message for the person who typed the command goes past.
bool cerr_is_text_log();
// Whether std::cerr prints JSON.
bool cerr_is_json();
// Writes a line to stderr as it is.
void past_the_log(std::string_view line);

}  // namespace radflow::cli
