// What stands on a RealBroker: records, their ends, what groups have committed, and their members.
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/integration/broker_client.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {

using namespace asking;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

void RealBroker::produce(const std::string& topic, const std::vector<Record>& records,
                         std::int32_t partition) {
  std::string failure;
  const ClientPtr producer = client(RD_KAFKA_PRODUCER,
                                    {{"bootstrap.servers", servers_},
                                     {"message.max.bytes", "1000000000"},
                                     {"enable.idempotence", "true"},
                                     {"partitioner", "murmur2_random"}},
                                    &failure);
  for (const Record& record : records) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const Header& header : record.headers)
      rd_kafka_header_add(headers, header.name.c_str(), -1, header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    const char* key = record.key ? record.key->data() : nullptr;
    const std::size_t key_size = record.key ? record.key->size() : 0;
    const auto error = rd_kafka_producev(
        producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_KEY(key, key_size),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_TIMESTAMP(record.timestamp_ms), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (error) throw std::runtime_error{text(error)};
  }
  if (const auto error = rd_kafka_flush(producer.get(), 60'000)) throw std::runtime_error{text(error)};
  if (!failure.empty()) throw std::runtime_error{"not delivered: " + failure};
}

std::map<std::int32_t, std::int64_t> RealBroker::ends(const std::string& topic) {
  const ClientPtr asked = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers_}, {"group.id", "ends"}});
  const int count = partition_count(asked.get(), topic);
  std::map<std::int32_t, std::int64_t> ends;
  for (std::int32_t i = 0; i < count; ++i) {
    std::int64_t low = 0;
    const auto error =
        rd_kafka_query_watermark_offsets(asked.get(), topic.c_str(), i, &low, &ends[i], 10'000);
    if (error) throw std::runtime_error{text(error)};
  }
  return ends;
}

std::vector<Record> RealBroker::read_all(const std::string& topic) {
  std::map<std::pair<std::int32_t, std::int64_t>, Record> records;
  read(topic, [&](const Record& record) {
    Record copy = record;
    copy.value = Bytes::copy(record.value.data(), record.value.size());  // a view would keep the client alive
    records.insert_or_assign({record.position.partition, record.position.offset}, std::move(copy));
  });
  std::vector<Record> all;
  for (auto& [at, record] : records) all.push_back(std::move(record));
  return all;
}

void RealBroker::read(const std::string& topic, const std::function<void(const Record&)>& take) {
  const int partition_count = static_cast<int>(ends(topic).size());
  const ClientPtr consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers_},
                                                        {"group.id", "test-reader"},
                                                        {"fetch.wait.max.ms", "5"},
                                                        {"receive.message.max.bytes", "2147483647"}});
  const PartitionsPtr partitions = partition_list();
  for (int i = 0; i < partition_count; ++i)
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i)->offset = 0;
  rd_kafka_assign(consumer.get(), partitions.get());
  int open = partition_count;
  auto heard = Clock::now();
  while (open > 0) {
    if (Clock::now() - heard > 60s) throw std::runtime_error{"cannot read to the end of " + topic};
    MessagePtr message{rd_kafka_consumer_poll(consumer.get(), 100)};
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      --open;
    } else if (!message->err) {
      Position at = position(*message);
      take(to_record(std::move(message), at, consumer));
    } else {
      continue;
    }
    heard = Clock::now();
  }
  rd_kafka_consumer_close(consumer.get());
}

// By a consumer that joins nothing: it survives a broker that goes away in the middle of the question.
std::map<std::int32_t, std::int64_t> RealBroker::committed(const std::string& group,
                                                           const std::string& topic) {
  // A reader of committed records waits for an open transaction of the group to end, librdkafka 2.8 ever longer
  // from try to try: a test that looks whether work has begun would see it when it is done.
  const ClientPtr asked =
      client(RD_KAFKA_CONSUMER,
             {{"bootstrap.servers", servers_}, {"group.id", group}, {"isolation.level", "read_uncommitted"}});
  const PartitionsPtr partitions = partition_list();
  for (std::int32_t i = 0, count = partition_count(asked.get(), topic); i < count; ++i)
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i);
  // A broker that was just started loads the groups first.
  const auto patient_until = Clock::now() + 30s;
  while (const auto error = rd_kafka_committed(asked.get(), partitions.get(), 10'000)) {
    if (Clock::now() > patient_until) throw std::runtime_error{text(error)};
    std::this_thread::sleep_for(100ms);
  }
  std::map<std::int32_t, std::int64_t> offsets;
  for (int i = 0; i < partitions->cnt; ++i)
    if (partitions->elems[i].offset >= 0)
      offsets[partitions->elems[i].partition] = partitions->elems[i].offset;
  return offsets;
}

std::int64_t RealBroker::committed_records(const std::string& group, const std::string& topic) {
  std::int64_t sum = 0;
  for (const auto& [partition, offset] : committed(group, topic)) sum += offset;
  return sum;
}

std::size_t RealBroker::members(const std::string& group) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  const char* name = group.c_str();
  const EventPtr event = admin(asked.get(), [&](auto* queue) {
    rd_kafka_DescribeConsumerGroups(asked.get(), &name, 1, nullptr, queue);
  });
  std::size_t count = 0;
  const auto* groups = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  return count == 0 ? 0 : rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
}

}  // namespace radflow
