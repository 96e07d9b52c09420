#include "connectors/kafka/client/topic_partitions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/client/offsets.hpp"

namespace radflow::kafka {
namespace {

// Callers ask again, and serve what the client has to say in between.
constexpr std::chrono::seconds longest_of_offsets{2};

}  // namespace

std::optional<std::vector<Range>> ask_partitions(Client& client, const std::string& topic,
                                                 std::chrono::milliseconds longest) {
  const MetadataPtr metadata = ask_metadata(client.get(), topic, longest);
  if (!metadata) return std::nullopt;
  const rd_kafka_metadata_topic_t& known = metadata->topics[0];
  if (known.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    throw TopicNotAllowed{fmt::format("not allowed to read topic '{}' at {}", topic, client.servers())};
  if (known.err || known.partition_cnt == 0)
    throw NoTopic{fmt::format("topic '{}' does not exist at {}", topic, client.servers())};
  const PartitionsPtr first = partition_list(known.partition_cnt), last = partition_list(known.partition_cnt);
  for (int i = 0; i < known.partition_cnt; ++i) {
    rd_kafka_topic_partition_list_add(first.get(), topic.c_str(), known.partitions[i].id)->offset = oldest;
    rd_kafka_topic_partition_list_add(last.get(), topic.c_str(), known.partitions[i].id)->offset = newest;
  }
  if (!ask_offsets(client, *first, longest_of_offsets) || !ask_offsets(client, *last, longest_of_offsets))
    return std::nullopt;
  std::vector<Range> all;
  for (int i = 0; i < known.partition_cnt; ++i)
    all.push_back({topic, first->elems[i].partition, first->elems[i].offset, last->elems[i].offset});
  std::ranges::sort(all, {}, &Range::partition);
  return all;
}

}  // namespace radflow::kafka
