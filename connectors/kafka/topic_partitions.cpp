#include "connectors/kafka/topic_partitions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow::kafka {
namespace {

constexpr int longest_ms = 5000;

// Absent: no answer.
std::optional<Range> ask_range(rd_kafka_t* client, const std::string& topic, std::int32_t partition) {
  Range range{topic, partition, 0, 0};
  if (rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &range.from, &range.end, longest_ms))
    return std::nullopt;
  return range;
}

}  // namespace

std::optional<std::vector<Range>> ask_partitions(Client& client, const std::string& topic,
                                                 std::chrono::milliseconds longest) {
  const rd_kafka_metadata_t* found = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
  const auto error = rd_kafka_metadata(client.get(), 0, handle, &found, static_cast<int>(longest.count()));
  rd_kafka_topic_destroy(handle);
  if (error) return std::nullopt;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> metadata{found};
  const rd_kafka_metadata_topic_t& known = metadata->topics[0];
  if (known.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    throw TopicNotAllowed{fmt::format("not allowed to read topic '{}' at {}", topic, client.servers())};
  if (known.err || known.partition_cnt == 0)
    throw NoTopic{fmt::format("topic '{}' does not exist at {}", topic, client.servers())};
  std::vector<Range> all;
  for (int i = 0; i < known.partition_cnt; ++i) {
    auto range = ask_range(client.get(), topic, known.partitions[i].id);
    if (!range) return std::nullopt;
    all.push_back(std::move(*range));
  }
  std::ranges::sort(all, {}, &Range::partition);
  return all;
}

}  // namespace radflow::kafka
