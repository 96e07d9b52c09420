// Record: bytes with a key, headers, a timestamp and a position; all that a connector knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/bytes.hpp"

namespace radflow {

struct Position {
  std::string topic;  // a file has the folder or glob it came from
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::uint64_t generation = 0;   // the partition's assignment; acknowledgements for an old one are dropped
  std::uint64_t transaction = 0;  // the transaction that commits it and all that comes of it; 0: none

  bool operator==(const Position&) const = default;
};

struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};

struct Record {
  static constexpr std::string_view payload_name = "record";

  Bytes value;
  std::optional<std::string> key;  // no key is not the empty key
  std::vector<Header> headers;     // names may repeat; the last one counts
  // Since the Unix epoch. Of a record that leaves, 0 leaves it open: it gets the moment of sending.
  static constexpr std::int64_t open_timestamp = 0;
  std::int64_t timestamp_ms = open_timestamp;
  Position position;
  bool claimed = false;  // the value was fetched from where a header says: the record itself has none

  // The last header of that name, compared without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;

  // What the record counts for in the memory budget: its value, key and headers.
  std::size_t bytes() const;

  // The same record with a value of its own: whoever keeps it does not keep what it came with.
  Record detached() const;
};

}  // namespace radflow
