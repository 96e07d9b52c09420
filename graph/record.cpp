#include "graph/record.hpp"

#include <strings.h>

#include <ranges>

namespace radflow {

std::optional<std::string_view> Record::header(std::string_view name) const {
  for (const Header& header : headers | std::views::reverse)
    if (header.name.size() == name.size() && strncasecmp(header.name.data(), name.data(), name.size()) == 0)
      return header.value;
  return std::nullopt;
}

std::size_t Record::size() const {
  std::size_t bytes = value.size() + (key ? key->size() : 0);
  for (const Header& header : headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

}  // namespace radflow
