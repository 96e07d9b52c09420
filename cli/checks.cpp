#include "cli/checks.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace radflow::cli {
namespace {

// The whole text has to be the number.
template <typename Number>
bool parse(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && rest == end;
}

}  // namespace

CLI::Validator above_zero() {
  return {[](std::string& text) -> std::string {
            double number = 0;
            if (parse(text, number) && std::isfinite(number) && number > 0) return "";
            return fmt::format("'{}' is no number above 0", text);
          },
          "above 0"};
}

CLI::Validator one_or_more() {
  return {[](std::string& text) -> std::string {
            std::int64_t number = 0;
            if (parse(text, number) && number >= 1) return "";
            return fmt::format("'{}' is no whole number from 1 on", text);
          },
          "1 or more"};
}

CLI::Validator not_empty(const std::string& wanted) {
  return {
      [wanted](std::string& text) -> std::string { return text.empty() ? "is empty: name " + wanted : ""; },
      ""};
}

CLI::Validator key_and_value() {
  return {[](std::string& text) -> std::string {
            const std::size_t equals = text.find('=');
            if (equals != std::string::npos && equals > 0) return "";
            return fmt::format("'{}' is not of the form KEY=VALUE", text);
          },
          ""};
}

}  // namespace radflow::cli
