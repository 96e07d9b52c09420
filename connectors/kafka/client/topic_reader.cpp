#include "connectors/kafka/client/topic_reader.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/kafka/client/topic_partitions.hpp"
#include "connectors/kafka/librdkafka/message.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "connectors/kafka/librdkafka_bugs/revoked_queues.hpp"

namespace radflow::kafka {

const Properties& reader_defaults() {
  static const Properties defaults = [] {
    Properties all{{"client.id", "radflow"},
                   {"group.id", "radflow-reader"},  // librdkafka asks for one; nothing is committed to it
                   {"enable.auto.commit", "false"},
                   {"enable.partition.eof", "true"},
                   {"statistics.interval.ms", "1000"},
                   {"isolation.level", "read_committed"}};
    all.insert(all.end(), fetch_defaults().begin(), fetch_defaults().end());
    return all;
  }();
  return defaults;
}

TopicReader::TopicReader(std::string topic, const Properties& properties, From from, NoTopicYet missing)
    : topic_{std::move(topic)},
      from_{from},
      missing_{missing},
      client_{RD_KAFKA_CONSUMER, make_conf(reader_defaults(), properties), "topic " + topic_, {}} {
  check_topic(topic_, "topic");
  rd_kafka_poll_set_consumer(client_.get());
}

TopicReader::~TopicReader() { give_up_all(client_.get()); }

bool TopicReader::connect(std::chrono::milliseconds longest) {
  std::optional<std::vector<Range>> ranges;
  try {
    ranges = ask_partitions(client_, topic_, longest);
  } catch (const TopicNotAllowed&) {
    throw;
  } catch (const NoTopic&) {
    if (missing_ == NoTopicYet::Throw) throw;
    client_.warn(
        fmt::format("'{}' does not exist at {}, waiting until it is made", topic_, client_.servers()),
        {{"topic", topic_}, {"cause", "no such topic"}});
    std::this_thread::sleep_for(longest / 2);
  }
  if (!ranges) return false;
  const PartitionsPtr partitions = partition_list(static_cast<int>(ranges->size()));
  for (const Range& range : *ranges) {
    rd_kafka_topic_partition_list_add(partitions.get(), topic_.c_str(), range.partition)->offset =
        from_ == From::Beginning ? RD_KAFKA_OFFSET_BEGINNING : range.end;
    if (from_ == From::Beginning && range.end > range.from) ahead_[range.partition] = range.end;
  }
  rd_kafka_assign(client_.get(), partitions.get());
  return connected_ = true;
}

std::optional<Record> TopicReader::next(std::chrono::milliseconds longest) {
  client_.watch();
  if (!connected_ && !connect(std::max(longest, least_to_connect))) {
    client_.poll({});  // serves the callbacks: nothing is assigned
    return std::nullopt;
  }
  MessagePtr message = client_.poll(longest);
  if (!message) return std::nullopt;
  if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    client_.warn(rd_kafka_message_errstr(message.get()), error_fields(*message));
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
