#include "connectors/kafka/librdkafka/message.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

std::vector<Header> headers(const rd_kafka_message_t& message) {
  std::vector<Header> all;
  rd_kafka_headers_t* found = nullptr;  // the message's
  if (rd_kafka_message_headers(&message, &found)) return all;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; !rd_kafka_header_get_all(found, i, &name, &value, &size); ++i)
    all.push_back({name, value ? std::string{static_cast<const char*>(value), size} : std::string{}});
  return all;
}

}  // namespace

Position position(const rd_kafka_message_t& message) {
  return {rd_kafka_topic_name(message.rkt), message.partition, message.offset, 0};
}

Record to_record(MessagePtr message, Position position, const ClientPtr& client) {
  Record record;
  record.position = std::move(position);
  record.headers = headers(*message);
  if (message->key) record.key.emplace(static_cast<const char*>(message->key), message->key_len);
  record.timestamp_ms = std::max<std::int64_t>(rd_kafka_message_timestamp(message.get(), nullptr), 0);
  if (message->payload == nullptr) return record;
  if (message->len < view_from) {
    record.value = Bytes::copy(message->payload, message->len);
  } else {
    const void* data = message->payload;
    const std::size_t size = message->len;
    // The client is let go of after the message: by the deleter's own end.
    std::shared_ptr<const void> owner{message.release(),
                                      [client](rd_kafka_message_t* held) { rd_kafka_message_destroy(held); }};
    record.value = Bytes::view(std::move(owner), data, size);
  }
  return record;
}

}  // namespace radflow::kafka
