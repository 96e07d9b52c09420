// Messages of librdkafka as records.
#pragma once

#include "connectors/kafka/librdkafka/handle.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

// Values below this size are copied, larger ones viewed: a small one that is held pins a whole fetch buffer.
inline constexpr std::size_t view_from = std::size_t{1} << 20;

Position position(const rd_kafka_message_t& message);

// `client` is kept alive by a record that is a view.
Record to_record(MessagePtr message, Position position, const ClientPtr& client);

}  // namespace radflow::kafka
