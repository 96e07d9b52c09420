// What the group is told of partitions, and what became of it.
#include "connectors/kafka/group/assignment.hpp"

namespace radflow::kafka {

PartitionsPtr Assignment::to_commit(const rd_kafka_topic_partition_list_t* only) {
  std::lock_guard lock{mutex_};
  if (!only) done_ = 0;
  PartitionsPtr list;
  for (auto& [name, partition] : partitions_) {
    std::optional<CommitPoint> now;
    if (!partition.commits.due(partition.frontier, partition.gathered, now)) continue;
    if (only && !rd_kafka_topic_partition_list_find(only, name.first.c_str(), name.second)) continue;
    if (!list) list = partition_list();
    send(name, partition, std::move(now), *list);
  }
  return list;
}

void Assignment::send(const Name& name, Partition& partition, std::optional<CommitPoint> now,
                      rd_kafka_topic_partition_list_t& commit) {
  partition.commits.send(std::move(now), partition.frontier, partition.gathered, graph_,
                         *rd_kafka_topic_partition_list_add(&commit, name.first.c_str(), name.second));
}

PartitionsPtr Assignment::commit_with(const Position& position, const CommitMetadata& metadata) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(position.topic, position.partition);
  if (!partition || partition->gathered.through(partition->frontier).position() != position.offset)
    return nullptr;
  partition->commits.say(metadata);
  PartitionsPtr list = partition_list(1);
  send({position.topic, position.partition}, *partition,
       partition->commits.point(partition->frontier, partition->gathered), *list);
  return list;
}

void Assignment::say(const Position& position, const CommitMetadata& metadata) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(position.topic, position.partition);
  if (partition && partition->generation == position.generation) partition->commits.say(metadata);
}

bool Assignment::was_committed_with(const Position& position, const CommitMetadata& metadata) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(position.topic, position.partition);
  return partition && partition->commits.said(position.offset, metadata);
}

void Assignment::close(const rd_kafka_topic_partition_list_t& partitions) {
  std::lock_guard lock{mutex_};
  for (const auto& closed : each(partitions))
    if (Partition* partition = find(closed.topic, closed.partition)) partition->commits.say({});
}

void Assignment::committed(const rd_kafka_topic_partition_list_t& partitions, rd_kafka_resp_err_t error) {
  std::lock_guard lock{mutex_};
  for (const auto& entry : each(partitions)) {
    Partition* partition = find(entry.topic, entry.partition);
    if (!partition) continue;
    if (error || entry.err)
      partition->commits.failed(entry.err ? entry.err : error);
    else {
      partition->commits.acknowledged(entry.offset, partition->frontier);
      partition->gathered.committed(entry.offset);
    }
  }
  count_uncommitted();
}

}  // namespace radflow::kafka
