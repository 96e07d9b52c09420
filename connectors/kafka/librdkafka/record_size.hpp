// What a record weighs on the wire, to compare it with a topic's max.message.bytes before it is produced.
#pragma once

#include <bit>
#include <cstdint>

#include "graph/record.hpp"

namespace radflow::kafka {

// Bytes of a record batch (format 2, KIP-98) that holds this record alone, uncompressed.
inline std::int64_t batch_bytes(const Record& record) {
  // Zigzag, 7 bits a byte; lengths are not negative.
  const auto varint = [](std::size_t length) {
    return static_cast<std::int64_t>((std::bit_width((std::uint64_t{length} << 1) | 1) + 6) / 7);
  };
  const auto field = [&](std::size_t length) { return varint(length) + static_cast<std::int64_t>(length); };
  std::int64_t body = 1 + 1 + 1;  // attributes, timestamp delta, offset delta
  body += record.key ? field(record.key->size()) : 1;
  body += field(record.value.size());
  body += varint(record.headers.size());
  for (const Header& header : record.headers) body += field(header.name.size()) + field(header.value.size());
  constexpr std::int64_t batch_header = 61;
  return batch_header + varint(static_cast<std::size_t>(body)) + body;
}

}  // namespace radflow::kafka
