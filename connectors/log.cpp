#include "connectors/log.hpp"

#include <spdlog/spdlog.h>

namespace radflow {
namespace {

thread_local const LogFields* fields_of_this_line = nullptr;

}  // namespace

const LogFields* log_fields() { return fields_of_this_line; }

void log_with(spdlog::logger& logger, spdlog::level::level_enum level, std::string_view message,
              const LogFields& fields) {
  fields_of_this_line = &fields;
  logger.log(level, "{}", message);
  fields_of_this_line = nullptr;
}

void log_info(std::string_view message, const LogFields& fields) {
  log_with(*spdlog::default_logger(), spdlog::level::info, message, fields);
}
void log_warning(std::string_view message, const LogFields& fields) {
  log_with(*spdlog::default_logger(), spdlog::level::warn, message, fields);
}
void log_error(std::string_view message, const LogFields& fields) {
  log_with(*spdlog::default_logger(), spdlog::level::err, message, fields);
}

LogFields named(std::string_view name, const LogFields& fields) {
  LogFields all = LogFields::object();
  const std::size_t space = name.find(' ');
  const std::string_view kind = name.substr(0, space);
  if (space != name.npos && (kind == "source" || kind == "sink"))
    all[std::string{kind}] = name.substr(space + 1);
  else
    all["component"] = name;
  if (!fields.is_null()) all.update(fields);
  return all;
}

}  // namespace radflow
