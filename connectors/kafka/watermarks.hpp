// What a partition holds, as a broker says it. Blocks for up to five seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/handle.hpp"

namespace radflow::kafka {

struct Watermarks {
  std::int64_t low = 0;   // the offset of the first record
  std::int64_t high = 0;  // behind the last one; equal: there are none
};

// Absent: no answer.
std::optional<Watermarks> ask_watermarks(rd_kafka_t* client, const std::string& topic,
                                         std::int32_t partition);

}  // namespace radflow::kafka
