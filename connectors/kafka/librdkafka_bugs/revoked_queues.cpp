#include "connectors/kafka/librdkafka_bugs/revoked_queues.hpp"

namespace radflow::kafka {

PartitionsPtr assignment(rd_kafka_t* client) {
  rd_kafka_topic_partition_list_t* all = nullptr;
  rd_kafka_assignment(client, &all);
  return PartitionsPtr{all};
}

RevokedQueues::RevokedQueues(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions)
    : client_{client}, partitions_{rd_kafka_topic_partition_list_copy(&partitions)} {
  for (const auto& partition : each(*partitions_))
    queues_.emplace_back(rd_kafka_queue_get_partition(client, partition.topic, partition.partition));
}

void RevokedQueues::done() {
  if (queues_.empty()) return;
  // The main thread leaves the marks: once it answers, they are there.
  const PartitionsPtr kept = assignment(client_);
  if (!kept) return;
  // From the queue of one that could not be given up came the records of all.
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const auto& partition = each(*partitions_)[i];
    if (rd_kafka_topic_partition_list_find(kept.get(), partition.topic, partition.partition))
      queues_[i].reset();
  }
  empty();
}

void RevokedQueues::empty() {
  for (const QueuePtr& queue : queues_)
    while (const EventPtr event{queue ? rd_kafka_queue_poll(queue.get(), 0) : nullptr}) continue;
}

void give_up_all(rd_kafka_t* client) {
  const PartitionsPtr all = assignment(client);
  if (!all) return;
  RevokedQueues revoked{client, *all};
  rd_kafka_assign(client, nullptr);
  revoked.done();
}

}  // namespace radflow::kafka
