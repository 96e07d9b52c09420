#include "cli/log.hpp"

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <streambuf>
#include <utility>

#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using nlohmann::ordered_json;
using spdlog::level::level_enum;

class LogSink final : public spdlog::sinks::ansicolor_stderr_sink_mt {
  using Base = spdlog::sinks::ansicolor_stderr_sink_mt;

 public:
  void log(const spdlog::details::log_msg& message) override {
    const AboveBar row;
    Base::log(message);
  }
};

std::string rfc3339(spdlog::log_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = whole / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+00:00", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, whole % 1000);
}

class JsonLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const auto level = spdlog::level::to_string_view(message.level);
    ordered_json json{{"time", rfc3339(message.time)},
                      {"level", std::string{level.data(), level.size()}},
                      {"message", std::string{message.payload.data(), message.payload.size()}}};
    if (const LogFields* fields = log_fields(); fields && fields->is_object()) json.update(*fields);
    const std::string text = json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    line.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLines>(); }
};

// Takes "error: " or "warning: " from the front of a message: the level says it.
level_enum take_level(std::string_view& message, level_enum otherwise) {
  for (const auto& [word, means] :
       {std::pair{"error:", spdlog::level::err}, {"warning:", spdlog::level::warn}})
    if (message.starts_with(word)) {
      message.remove_prefix(std::string_view{word}.size());
      message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
      return means;
    }
  return otherwise;
}

// What is set in under a line of text stands by itself in JSON.
std::string_view set_out(std::string_view message, LogFormat format) {
  if (format == LogFormat::Json)
    message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return message;
}

// std::cerr's way into the log, line by line. Each thread has its own line.
class CerrLines final : public std::streambuf {
 public:
  explicit CerrLines(std::shared_ptr<spdlog::logger> logger, LogFormat format)
      : logger_{std::move(logger)}, format_{format} {}
  const std::shared_ptr<spdlog::logger>& logger() const { return logger_; }
  LogFormat format() const { return format_; }

 private:
  int_type overflow(int_type character) override {
    if (!traits_type::eq_int_type(character, traits_type::eof())) take(static_cast<char>(character));
    return traits_type::not_eof(character);
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    for (std::streamsize i = 0; i < size; ++i) take(text[i]);
    return size;
  }

  void take(char character) {
    thread_local std::string line;
    if (character != '\n') {
      line += character;
      return;
    }
    const std::string whole = std::exchange(line, {});
    std::string_view message = whole;
    level_enum level = take_level(message, spdlog::level::info);
    if (message.starts_with("stopped ")) level = spdlog::level::warn;
    message = set_out(message, format_);
    if (!message.empty()) logger_->log(level, "{}", message);
  }

  std::shared_ptr<spdlog::logger> logger_;
  LogFormat format_;
};

// It lives as long as the process: std::cerr is used to the end.
CerrLines* cerr_lines = nullptr;
std::streambuf* cerr_before = nullptr;

}  // namespace

void log_to_stderr(const std::string& level, LogFormat format, bool every_line) {
  if (format == LogFormat::Json) treat_stderr_as_file();
  const auto sink = std::make_shared<LogSink>();
  if (format == LogFormat::Json)
    sink->set_formatter(std::make_unique<JsonLines>());
  else
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%e+00:00 %^%l:%$ %v",
                                                                    spdlog::pattern_time_type::utc));
  auto logger = std::make_shared<spdlog::logger>("radflow", sink);
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
  if (!every_line || stderr_is_terminal()) return;
  auto lines = std::make_shared<spdlog::logger>("stderr", sink);
  lines->set_level(spdlog::level::from_str(level));
  cerr_lines = new CerrLines{std::move(lines), format};
  cerr_before = std::cerr.rdbuf(cerr_lines);
}

void log_line(level_enum level, std::string_view message, const ordered_json& fields) {
  if (!cerr_lines) {
    std::cerr << message << '\n';
    return;
  }
  level = take_level(message, level);
  log_with(*cerr_lines->logger(), level, set_out(message, cerr_lines->format()), fields);
}

LogFields place_fields(const Diagnostic& found) {
  if (found.mark.line <= 0) return LogFields::object();
  return {{"file", found.mark.file}, {"line", found.mark.line}, {"column", found.mark.column}};
}

bool cerr_is_text_log() { return cerr_lines && cerr_lines->format() == LogFormat::Text; }

bool cerr_is_json() { return cerr_lines && cerr_lines->format() == LogFormat::Json; }

void past_the_log(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

}  // namespace radflow::cli
