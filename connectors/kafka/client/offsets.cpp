#include "connectors/kafka/client/offsets.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

int ms(std::chrono::milliseconds longest) { return static_cast<int>(longest.count()); }

}  // namespace

MetadataPtr ask_metadata(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds longest) {
  const rd_kafka_metadata_t* found = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const auto error = rd_kafka_metadata(client, 0, handle, &found, ms(longest));
  rd_kafka_topic_destroy(handle);
  return MetadataPtr{error ? nullptr : found};
}

bool ask_offsets(Client& client, rd_kafka_topic_partition_list_t& partitions,
                 std::chrono::milliseconds longest) {
  if (partitions.cnt == 0) return true;
  return !rd_kafka_offsets_for_times(client.get(), &partitions, ms(longest)) &&
         std::ranges::none_of(each(partitions), [](const auto& at) { return at.err || at.offset < 0; });
}

std::optional<std::int64_t> ask_offset(Client& client, const std::string& topic, std::int32_t partition,
                                       std::int64_t which, std::chrono::milliseconds longest) {
  const PartitionsPtr one = partition_list(1);
  rd_kafka_topic_partition_list_add(one.get(), topic.c_str(), partition)->offset = which;
  if (!ask_offsets(client, *one, longest)) return std::nullopt;
  return one->elems[0].offset;
}

PartitionsPtr ask_committed(Client& client, const rd_kafka_topic_partition_list_t& partitions,
                            std::chrono::milliseconds longest) {
  PartitionsPtr list = partition_list(partitions.cnt);
  for (const auto& at : each(partitions))
    rd_kafka_topic_partition_list_add(list.get(), at.topic, at.partition);
  if (list->cnt > 0 && rd_kafka_committed(client.get(), list.get(), ms(longest))) return nullptr;
  return list;
}

PartitionsPtr ask_partitions_of(Client& client, const std::string& topic, std::chrono::milliseconds longest) {
  PartitionsPtr list = partition_list();
  const MetadataPtr metadata = ask_metadata(client.get(), topic, longest);
  if (metadata && metadata->topic_cnt == 1)
    for (int i = 0; i < metadata->topics[0].partition_cnt; ++i)
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), metadata->topics[0].partitions[i].id);
  return list;
}

std::optional<std::vector<std::string>> ask_topics(Client& client, std::chrono::milliseconds longest) {
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client.get(), 1, nullptr, &found, ms(longest))) return std::nullopt;
  const MetadataPtr metadata{found};
  std::vector<std::string> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i)
    if (!metadata->topics[i].err) topics.emplace_back(metadata->topics[i].topic);
  return topics;
}

}  // namespace radflow::kafka
