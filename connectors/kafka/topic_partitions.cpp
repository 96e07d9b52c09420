#include "connectors/kafka/watermarks.hpp"

namespace radflow::kafka {
namespace {

constexpr int longest_ms = 5000;

}  // namespace

std::optional<Watermarks> ask_watermarks(rd_kafka_t* client, const std::string& topic,
                                         std::int32_t partition) {
  Watermarks marks;
  if (rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &marks.low, &marks.high, longest_ms))
    return std::nullopt;
  if (marks.low != marks.high || marks.high == 0) return marks;
  // librdkafka 2.0.2 says the end where the low watermark did not come (seen about once in fifty times, on a
  // busy machine). Whether the partition is empty the time of its first record tells.
  const PartitionsPtr first = partition_list(1);
  rd_kafka_topic_partition_t* asked =
      rd_kafka_topic_partition_list_add(first.get(), topic.c_str(), partition);
  asked->offset = 0;  // milliseconds
  if (rd_kafka_offsets_for_times(client, first.get(), longest_ms) || asked->err) return std::nullopt;
  if (asked->offset >= 0) marks.low = asked->offset;
  return marks;
}

}  // namespace radflow::kafka
