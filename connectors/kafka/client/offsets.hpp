// What a client asks brokers about topics and offsets: each question with an end, many partitions at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/kafka/client/client.hpp"

namespace radflow::kafka {

using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>>;

// What any broker says of one topic; null: none says anything. The topic has one entry, with an error if it does
// not exist or may not be seen.
MetadataPtr ask_metadata(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds longest);

// In the place of a time: the oldest offset, and the one the next record will get.
constexpr std::int64_t oldest = RD_KAFKA_OFFSET_BEGINNING, newest = RD_KAFKA_OFFSET_END;

// Each entry's offset, `oldest` or `newest`, becomes the one that is meant. False: not all brokers said so within
// `longest`.
bool ask_offsets(Client& client, rd_kafka_topic_partition_list_t& partitions,
                 std::chrono::milliseconds longest);
// Of one partition.
std::optional<std::int64_t> ask_offset(Client& client, const std::string& topic, std::int32_t partition,
                                       std::int64_t which, std::chrono::milliseconds longest);

// The group's positions, as a list of the same partitions; null: the broker does not say. An entry with an error
// is not known: a transaction may be open on it.
PartitionsPtr ask_committed(Client& client, const rd_kafka_topic_partition_list_t& partitions,
                            std::chrono::milliseconds longest);

// All partitions of a topic; empty: the broker does not say, or there is no such topic.
PartitionsPtr ask_partitions_of(Client& client, const std::string& topic, std::chrono::milliseconds longest);
// All topics; absent: the broker does not say.
std::optional<std::vector<std::string>> ask_topics(Client& client, std::chrono::milliseconds longest);

}  // namespace radflow::kafka
