// What operators, retention and other programs do to a topic or a group while a graph is away. They throw what the
// broker says.
#pragma once

#include <array>
#include <stdexcept>
#include <string>

#include "connectors/kafka/librdkafka/handle.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "tests/comes_true.hpp"
#include "tests/integration/broker_client.hpp"
#include "tests/raw_headers.hpp"

namespace radflow::topic_changes {

inline kafka::ClientPtr make_client(rd_kafka_type_t type, const kafka::Properties& properties) {
  kafka::ConfPtr conf = kafka::make_conf(properties, {});
  std::array<char, 512> wrong{};
  rd_kafka_t* made = rd_kafka_new(type, conf.get(), wrong.data(), wrong.size());
  if (!made) throw std::runtime_error{wrong.data()};
  conf.release();
  return {made, rd_kafka_destroy};
}

inline void check(rd_kafka_resp_err_t error) {
  if (error) throw std::runtime_error{kafka::text(error)};
}
inline void check(rd_kafka_error_t* error) {
  if (!error) return;
  const kafka::ErrorPtr owned{error};
  throw std::runtime_error{rd_kafka_error_string(error)};
}

inline void add_partitions(const std::string& servers, const std::string& topic, std::size_t total) {
  const auto client = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers}});
  std::array<char, 512> wrong{};
  rd_kafka_NewPartitions_t* more =
      rd_kafka_NewPartitions_new(topic.c_str(), total, wrong.data(), wrong.size());
  asking::admin(client.get(),
                [&](auto* queue) { rd_kafka_CreatePartitions(client.get(), &more, 1, nullptr, queue); });
  rd_kafka_NewPartitions_destroy(more);
  // The controller has made them; the broker itself learns of them a little later.
  if (!comes_true(std::chrono::seconds{30},
                  [&] { return asking::partition_count(client.get(), topic) == static_cast<int>(total); }))
    throw std::runtime_error{"the broker does not know the new partitions of " + topic};
}

// As retention does: those below `before`.
inline void delete_records(const std::string& servers, const std::string& topic, std::int32_t partition,
                           std::int64_t before) {
  const auto client = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers}});
  const kafka::PartitionsPtr offsets = kafka::partition_list(1);
  rd_kafka_topic_partition_list_add(offsets.get(), topic.c_str(), partition)->offset = before;
  rd_kafka_DeleteRecords_t* gone = rd_kafka_DeleteRecords_new(offsets.get());
  asking::admin(client.get(),
                [&](auto* queue) { rd_kafka_DeleteRecords(client.get(), &gone, 1, nullptr, queue); });
  rd_kafka_DeleteRecords_destroy(gone);
}

// The position of a group that has no member.
inline void commit(const std::string& servers, const std::string& group, const std::string& topic,
                   std::int32_t partition, std::int64_t offset) {
  const auto client = make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers}, {"group.id", group}});
  const kafka::PartitionsPtr offsets = kafka::partition_list(1);
  rd_kafka_topic_partition_list_add(offsets.get(), topic.c_str(), partition)->offset = offset;
  check(rd_kafka_commit(client.get(), offsets.get(), 0));
}

// Frames of 8 x 8 pixels in partition 0; behind each transaction stands its marker.
inline void produce_in_transactions(const std::string& servers, const std::string& topic, int transactions,
                                    int each) {
  const auto client = make_client(
      RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers}, {"transactional.id", topic + "-producer"}});
  check(rd_kafka_init_transactions(client.get(), 30'000));
  std::string pixels(64, 'x');
  for (int i = 0; i < transactions * each; ++i) {
    if (i % each == 0) check(rd_kafka_begin_transaction(client.get()));
    rd_kafka_headers_t* headers = rd_kafka_headers_new(8);
    for (const Header& header : raw_headers(8))
      rd_kafka_header_add(headers, header.name.c_str(), -1, header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    check(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
                            RD_KAFKA_V_VALUE(pixels.data(), pixels.size()), RD_KAFKA_V_HEADERS(headers),
                            RD_KAFKA_V_END));
    if (i % each == each - 1) check(rd_kafka_commit_transaction(client.get(), 30'000));
  }
}

}  // namespace radflow::topic_changes
