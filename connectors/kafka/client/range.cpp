#include "connectors/kafka/client/range.hpp"

#include <fmt/format.h>

#include <charconv>

#include "graph/param.hpp"

namespace radflow::kafka {
namespace {

// All of `text` as a number that is not negative.
template <typename Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

bool read_offsets(std::string_view text, Range& range) {
  const std::size_t dash = text.find('-');
  if (!read(text.substr(0, dash), range.from)) return false;
  std::int64_t last = range.from;
  if (dash != std::string_view::npos && dash + 1 == text.size()) return true;  // open
  if (dash != std::string_view::npos && !read(text.substr(dash + 1), last)) return false;
  if (last < range.from || last == std::numeric_limits<std::int64_t>::max()) return false;
  range.end = last + 1;
  return true;
}

}  // namespace

Range parse_range(std::string_view text, const std::string& option) {
  Range range;
  const std::size_t second = text.rfind(':');
  const std::size_t first = second == 0 ? std::string_view::npos : text.rfind(':', second - 1);
  const bool good = second != std::string_view::npos && first != std::string_view::npos && first > 0 &&
                    read(text.substr(first + 1, second - first - 1), range.partition) &&
                    read_offsets(text.substr(second + 1), range);
  if (!good)
    throw ParamError{option, fmt::format("'{}' is not of the form TOPIC:PARTITION:FROM-TO (both included), "
                                         "TOPIC:PARTITION:OFFSET or TOPIC:PARTITION:FROM-",
                                         text)};
  range.topic = text.substr(0, first);
  return range;
}

std::string to_text(const Range& range) {
  const std::string from = fmt::format("{}:{}:{}", range.topic, range.partition, range.from);
  if (range.end == Range::open) return from + "-";
  return range.end == range.from + 1 ? from : fmt::format("{}-{}", from, range.end - 1);
}

}  // namespace radflow::kafka
