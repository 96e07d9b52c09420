#include "connectors/kafka/giving_up.hpp"

namespace radflow::kafka {

PartitionsPtr assignment(rd_kafka_t* client) {
  rd_kafka_topic_partition_list_t* all = nullptr;
  rd_kafka_assignment(client, &all);
  return PartitionsPtr{all};
}

GivingUp::GivingUp(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions)
    : client_{client}, partitions_{rd_kafka_topic_partition_list_copy(&partitions)} {
  for (const auto& partition : each(*partitions_))
    queues_.emplace_back(rd_kafka_queue_get_partition(client, partition.topic, partition.partition));
}

GivingUp::~GivingUp() {
  if (queues_.empty()) return;
  // The main thread leaves the marks: once it answers, they are there.
  const PartitionsPtr kept = assignment(client_);
  if (!kept) return;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const auto& partition = each(*partitions_)[i];
    // From the queue of one that could not be given up came the records of all.
    if (!queues_[i] || rd_kafka_topic_partition_list_find(kept.get(), partition.topic, partition.partition))
      continue;
    while (const EventPtr event{rd_kafka_queue_poll(queues_[i].get(), 0)}) continue;
  }
}

void give_up_all(rd_kafka_t* client) {
  const PartitionsPtr all = assignment(client);
  if (!all) return;
  const GivingUp giving_up{client, *all};
  rd_kafka_assign(client, nullptr);
}

}  // namespace radflow::kafka
