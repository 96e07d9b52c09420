#include "connectors/kafka/client/pattern.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <array>

#include "graph/param.hpp"

namespace radflow::kafka {
namespace {

struct Compiled {
  explicit Compiled(const std::string& pattern)
      : error{regcomp(&expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB)} {}
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    if (error == 0) regfree(&expression);
  }

  regex_t expression{};
  int error;
};

}  // namespace

void check_pattern(const std::string& pattern, const std::string& param) {
  const Compiled compiled{pattern};
  if (compiled.error == 0) return;
  std::array<char, 128> why{};
  regerror(compiled.error, &compiled.expression, why.data(), why.size());
  throw ParamError{param,
                   fmt::format("'{}' is no regular expression (POSIX, extended): {}", pattern, why.data())};
}

bool matches(const std::string& pattern, const std::string& topic) {
  const Compiled compiled{pattern};
  return compiled.error == 0 && regexec(&compiled.expression, topic.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace radflow::kafka
