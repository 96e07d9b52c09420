#include "graph/record.hpp"

#include <strings.h>

#include <algorithm>

namespace radflow {

std::optional<std::string_view> Record::header(std::string_view name) const {
  const auto last = std::find_if(headers.rbegin(), headers.rend(), [&](const Header& header) {
    return header.name.size() == name.size() &&
           strncasecmp(header.name.data(), name.data(), name.size()) == 0;
  });
  if (last == headers.rend()) return std::nullopt;
  return last->value;
}

std::size_t Record::bytes() const {
  std::size_t sum = value.size() + (key ? key->size() : 0);
  for (const Header& header : headers) sum += header.name.size() + header.value.size();
  return sum;
}

Record Record::detached() const {
  Record own = *this;
  own.value = Bytes::copy(value.data(), value.size());
  return own;
}

}  // namespace radflow
