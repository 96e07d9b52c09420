// What a topic holds now, as a broker says it, for readers that belong to no group.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/range.hpp"

namespace radflow::kafka {

// The topic does not exist, or may not be read.
struct NoTopic : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TopicNotAllowed : NoTopic {
  using NoTopic::NoTopic;
};

// By partition: from the first record to behind the last one; equal: there are none. Absent: no broker
// answered within `longest` and some seconds for the offsets. Throws NoTopic.
std::optional<std::vector<Range>> ask_partitions(Client& client, const std::string& topic,
                                                 std::chrono::milliseconds longest);

}  // namespace radflow::kafka
