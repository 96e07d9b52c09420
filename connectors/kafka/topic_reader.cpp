#include "connectors/kafka/topic_reader.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>

#include "connectors/kafka/message.hpp"
#include "connectors/kafka/watermarks.hpp"

namespace radflow::kafka {

const Properties& reader_defaults() {
  static const Properties defaults{
      {"client.id", "radflow"},
      {"group.id", "radflow-reader"},  // librdkafka asks for one; nothing is committed to it
      {"enable.auto.commit", "false"},
      {"enable.partition.eof", "true"},
      {"statistics.interval.ms", "1000"},
      {"isolation.level", "read_committed"},
      {"fetch.wait.max.ms", "10"},
      {"receive.message.max.bytes", "2147483647"}};
  return defaults;
}

TopicReader::TopicReader(std::string topic, const Properties& properties, From from)
    : topic_{std::move(topic)},
      from_{from},
      client_{RD_KAFKA_CONSUMER, make_conf(reader_defaults(), properties), "topic " + topic_, {}} {
  rd_kafka_poll_set_consumer(client_.get());
}

TopicReader::~TopicReader() { rd_kafka_assign(client_.get(), nullptr); }

bool TopicReader::connect(std::chrono::milliseconds longest) {
  const rd_kafka_metadata_t* found = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr);
  const auto error = rd_kafka_metadata(client_.get(), 0, handle, &found, static_cast<int>(longest.count()));
  rd_kafka_topic_destroy(handle);
  if (error) return false;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> metadata{found};
  const rd_kafka_metadata_topic_t& topic = metadata->topics[0];
  if (topic.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    throw std::runtime_error{fmt::format("not allowed to read topic '{}' at {}", topic_, client_.servers())};
  if (topic.err || topic.partition_cnt == 0) {
    client_.warn(
        fmt::format("'{}' does not exist at {}, waiting until it is made", topic_, client_.servers()));
    std::this_thread::sleep_for(longest / 2);
    return false;
  }
  const PartitionsPtr partitions = partition_list(topic.partition_cnt);
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const std::int32_t id = topic.partitions[i].id;
    const auto marks = ask_watermarks(client_.get(), topic_, id);
    if (!marks) return false;
    rd_kafka_topic_partition_list_add(partitions.get(), topic_.c_str(), id)->offset =
        from_ == From::Beginning ? RD_KAFKA_OFFSET_BEGINNING : marks->high;
    if (from_ == From::Beginning && marks->high > marks->low) ahead_[id] = marks->high;
  }
  rd_kafka_assign(client_.get(), partitions.get());
  return connected_ = true;
}

std::optional<Record> TopicReader::next(std::chrono::milliseconds longest) {
  client_.watch();
  if (!connected_ && !connect(std::max(longest, std::chrono::milliseconds{200}))) {
    rd_kafka_consumer_poll(client_.get(), 0);  // serves the callbacks: nothing is assigned
    return std::nullopt;
  }
  MessagePtr message{rd_kafka_consumer_poll(client_.get(), static_cast<int>(longest.count()))};
  if (!message) return std::nullopt;
  if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    client_.warn(rd_kafka_message_errstr(message.get()));
    return std::nullopt;
  }
  const std::int64_t read_to = message->err ? message->offset : message->offset + 1;
  if (const auto end = ahead_.find(message->partition); end != ahead_.end() && read_to >= end->second)
    ahead_.erase(end);
  if (message->err) return std::nullopt;
  Position at = position(*message);
  return to_record(std::move(message), std::move(at), client_.shared());
}

bool TopicReader::caught_up() const { return connected_ && ahead_.empty(); }

}  // namespace radflow::kafka
