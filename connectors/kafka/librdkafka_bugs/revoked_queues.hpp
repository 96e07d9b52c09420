// RevokedQueues: stands around the call that takes partitions from a consumer. librdkafka (2.0.2; its pull request
// 4724) leaves a mark in the queue of each, and the mark holds the partition. If the topic was deleted or may
// not be seen any more, nothing else knows the partition from then on: neither is ever freed, and
// rd_kafka_destroy waits for ever. So the queues are emptied.
#pragma once

#include <vector>

#include "connectors/kafka/librdkafka/handle.hpp"

namespace radflow::kafka {

class RevokedQueues {
 public:
  // The partitions are still assigned.
  RevokedQueues(rd_kafka_t* client, const rd_kafka_topic_partition_list_t& partitions);

  // They are no more; one that could not be given up is left alone. Asks librdkafka's main thread, which does
  // not answer a consumer that is closing: that one calls empty().
  void done();
  // The consumer is closed.
  void empty();

 private:
  rd_kafka_t* client_;
  PartitionsPtr partitions_;
  std::vector<QueuePtr> queues_;  // of each
};

// What is assigned to a consumer; null if it does not say. Answered by librdkafka's main thread, in its turn.
PartitionsPtr assignment(rd_kafka_t* client);
// Takes all partitions from a consumer that belongs to no group.
void give_up_all(rd_kafka_t* client);

}  // namespace radflow::kafka
