// order_of: which messages of a partition lead to results that stay in order.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace radflow::kafka {

// A number for each key; records without a key share one.
inline std::uint64_t order_of(const rd_kafka_message_t& message) {
  return message.key ? std::hash<std::string_view>{}({static_cast<const char*>(message.key), message.key_len})
                     : 0;
}

}  // namespace radflow::kafka
