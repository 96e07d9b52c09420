#include "connectors/kafka/client/range_reader.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/librdkafka/message.hpp"
#include "connectors/kafka/librdkafka_bugs/revoked_queues.hpp"

namespace radflow::kafka {
namespace {

// Offsets that are gone are an error, never passed over.
Properties strict_defaults() {
  Properties all = reader_defaults();
  all.emplace_back("auto.offset.reset", "error");
  return all;
}

}  // namespace

RangeReader::RangeReader(std::string topic, const Properties& properties)
    : topic_{std::move(topic)},
      client_{RD_KAFKA_CONSUMER, make_conf(strict_defaults(), properties), "topic " + topic_, {}} {
  rd_kafka_poll_set_consumer(client_.get());
}

RangeReader::~RangeReader() { give_up_all(client_.get()); }

std::optional<std::vector<Range>> RangeReader::partitions(std::chrono::milliseconds longest) {
  client_.watch();
  client_.poll({});  // serves the callbacks: nothing is assigned
  return ask_partitions(client_, topic_, longest);
}

void RangeReader::read(const Range& range) {
  end_ = range.end;
  ended_ = range.from >= range.end;
  const PartitionsPtr list = partition_list(1);
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), range.partition)->offset = range.from;
  give_up_all(client_.get());
  if (!ended_) rd_kafka_assign(client_.get(), list.get());
}

std::optional<Record> RangeReader::next(std::chrono::milliseconds longest) {
  client_.watch();
  MessagePtr message = client_.poll(longest);
  if (!message || ended_) return std::nullopt;
  if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    throw std::runtime_error{fmt::format("topic '{}' was deleted from while it was read: {}", topic_,
                                         rd_kafka_message_errstr(message.get()))};
  if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    client_.warn(rd_kafka_message_errstr(message.get()), error_fields(*message));
    return std::nullopt;
  }
  // An end before the range's own: a transaction is still open there, or a broker just does not know better.
  const std::int64_t read_to = message->err ? message->offset : message->offset + 1;
  ended_ = read_to >= end_;
  if (ended_) give_up_all(client_.get());
  if (message->err || read_to > end_) return std::nullopt;
  Position at = position(*message);
  return to_record(std::move(message), std::move(at), client_.shared());
}

}  // namespace radflow::kafka
