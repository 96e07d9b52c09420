// What librdkafka's statistics say of its connections, and of its producer id. They are read as text: a full parse once a second would cost
// more than it gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace radflow::kafka {

// The views are into the statistics' text.
struct BrokerStatistics {
  std::int64_t id = -1;      // below 0: a bootstrap address
  std::string_view address;  // HOST:PORT
  std::string_view source;   // "configured": a bootstrap address; "learned"; "logical": a coordinator
  std::string_view state;    // "UP", "CONNECT", ...
  std::chrono::microseconds state_age{}, idle{};  // since the state changed, since something was received
  std::int64_t unanswered = 0;                    // requests
};

std::vector<BrokerStatistics> broker_statistics(std::string_view statistics);

// A broker gave the idempotent producer an id.
bool has_producer_id(std::string_view statistics);

}  // namespace radflow::kafka
