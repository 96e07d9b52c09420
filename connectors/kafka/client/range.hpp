// Range: consecutive offsets of one partition, as people write them.
//   frames:0:17        one offset
//   frames:0:17-40     from 17 to 40, both included
//   frames:0:17-       from 17 to the end
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "graph/record.hpp"

namespace radflow::kafka {

struct Range {
  static constexpr std::int64_t open = -1;

  std::string topic;
  std::int32_t partition = 0;
  std::int64_t from = 0;
  std::int64_t end = open;  // the offset behind the last one

  bool holds(const Position& at) const {
    return at.offset >= from && (end == open || at.offset < end) && at.partition == partition &&
           at.topic == topic;
  }
  bool operator==(const Range&) const = default;
};

// Throws ParamError of `option`.
Range parse_range(std::string_view text, const std::string& option);

// As it is written: "frames:0:17-40".
std::string to_text(const Range& range);

}  // namespace radflow::kafka
