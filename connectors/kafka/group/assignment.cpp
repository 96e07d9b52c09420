#include "connectors/kafka/group/assignment.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Assignment::Partition* Assignment::find(const std::string& topic, std::int32_t partition) {
  const auto found = partitions_.find({topic, partition});
  return found == partitions_.end() ? nullptr : &found->second;
}
const Assignment::Partition* Assignment::find(const std::string& topic, std::int32_t partition) const {
  return const_cast<Assignment*>(this)->find(topic, partition);
}

void Assignment::begin_anew(Partition& partition) {
  Partition fresh;
  fresh.assigned = partition.assigned;
  fresh.asked = partition.asked;
  fresh.generation = ++generation_;
  if (gathers_) fresh.gathered.gathers();
  partition = std::move(fresh);
}

void Assignment::add(const rd_kafka_topic_partition_list_t& partitions, std::uint64_t asked) {
  std::lock_guard lock{mutex_};
  for (const auto& added : each(partitions)) {
    Partition& partition = partitions_[{added.topic, added.partition}] = {};
    partition.generation = partition.assigned = ++generation_;
    partition.asked = asked;
    if (gathers_) partition.gathered.gathers();
    partition.begins = added.offset >= 0                         ? added.offset
                       : added.offset == RD_KAFKA_OFFSET_INVALID ? unsettled
                                                                 : unknown;
  }
  count_uncommitted();
}

void Assignment::remove(const rd_kafka_topic_partition_list_t& partitions) {
  std::lock_guard lock{mutex_};
  for (const auto& removed : each(partitions)) {
    const auto found = partitions_.find({removed.topic, removed.partition});
    if (found == partitions_.end()) continue;
    orphans_ += found->second.frontier.pending();
    partitions_.erase(found);
  }
  count_uncommitted();
  idle_.notify_all();
}

void Assignment::clear() {
  std::lock_guard lock{mutex_};
  for (const auto& [name, partition] : partitions_) orphans_ += partition.frontier.pending();
  partitions_.clear();
  count_uncommitted();
  idle_.notify_all();
}

bool Assignment::admit(Position& position, std::uint64_t order) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(position.topic, position.partition);
  if (!partition) return false;
  const auto uncommitted = [&] {
    return partition->commits.uncommitted(partition->frontier, partition->gathered);
  };
  const std::int64_t before = uncommitted();
  if (!partition->frontier.admit(position.offset, Clock::now(), order)) {
    begin_anew(*partition);
    partition->frontier.admit(position.offset, Clock::now(), order);
    partition->gathered.admit(position.offset, Clock::now());
    partition->commits.read(position.offset);
    count_uncommitted();
  } else {
    partition->gathered.admit(position.offset, Clock::now());
    partition->commits.read(position.offset);
    uncommitted_ += uncommitted() - before;
  }
  position.generation = partition->generation;
  return true;
}

void Assignment::done_before(const Position& position, std::vector<OffsetRun> runs) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(position.topic, position.partition);
  if (partition && partition->generation == position.generation)
    partition->gathered.done_before(std::move(runs));
}

bool Assignment::was_done_before(const Position& position) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(position.topic, position.partition);
  return partition && partition->generation == position.generation &&
         partition->gathered.was_done_before(position.offset);
}

bool Assignment::holds(const Position& position) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(position.topic, position.partition);
  return partition && partition->generation == position.generation;
}

bool Assignment::given_up(const Position& position) const {
  if (orphans_.load(std::memory_order_relaxed) == 0) return false;
  std::lock_guard lock{mutex_};
  const Partition* partition = find(position.topic, position.partition);
  return !partition || position.generation < partition->assigned;
}

std::optional<Position> Assignment::skip_to(const std::string& topic, std::int32_t partition,
                                            std::int64_t offset) {
  std::lock_guard lock{mutex_};
  Partition* found = find(topic, partition);
  if (!found) return std::nullopt;
  // What lies beyond the end is left to the next run.
  if (found->end) offset = std::min(offset, *found->end);
  if (found->frontier.next() >= offset) return std::nullopt;
  found->frontier.skip_to(offset);
  found->gathered.skip_to(offset);
  count_uncommitted();
  return Position{topic, partition, offset, found->generation};
}

void Assignment::done_below(const rd_kafka_topic_partition_list_t& committed) {
  std::lock_guard lock{mutex_};
  for (const auto& entry : each(committed))
    if (Partition* partition = find(entry.topic, entry.partition))
      partition->frontier.done_below(entry.offset, Clock::now());
  idle_.notify_all();
}

bool Assignment::wait_first(const Position& position, std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  ++waiting_;
  const bool first = idle_.wait_for(lock, longest, [&] {
    const Partition* partition = find(position.topic, position.partition);
    return partition && partition->gathered.through(partition->frontier).position() == position.offset;
  });
  --waiting_;
  return first;
}

void Assignment::count_uncommitted() {
  std::int64_t sum = 0;
  for (const auto& [name, partition] : partitions_)
    sum += partition.commits.uncommitted(partition.frontier, partition.gathered);
  uncommitted_ = sum;
}

void Assignment::wait_idle(const rd_kafka_topic_partition_list_t& partitions,
                           std::chrono::milliseconds longest) {
  const std::vector<Position> outside = outside_ ? outside_() : std::vector<Position>{};
  const auto waiting = [&](const rd_kafka_topic_partition_t& entry, const Partition& partition) {
    return std::ranges::count_if(outside, [&](const Position& at) {
      return at.partition == entry.partition && at.topic == entry.topic &&
             at.generation == partition.generation;
    });
  };
  std::unique_lock lock{mutex_};
  ++waiting_;
  idle_.wait_for(lock, longest, [&] {
    return std::ranges::none_of(each(partitions), [&](const auto& entry) {
      const Partition* partition = find(entry.topic, entry.partition);
      return partition &&
             partition->gathered.through(partition->frontier).pending() + partition->gathered.again() >
                 waiting(entry, *partition);
    });
  });
  --waiting_;
}

bool Assignment::empty() const {
  std::lock_guard lock{mutex_};
  return partitions_.empty();
}

std::vector<PartitionStatus> Assignment::status() const {
  std::lock_guard lock{mutex_};
  const auto now = Clock::now();
  std::vector<PartitionStatus> all;
  for (const auto& [name, partition] : partitions_) {
    const Frontier& through = partition.gathered.through(partition.frontier);
    all.push_back({name.first, name.second, through.position(), -1,
                   through.pending() + partition.gathered.again(), through.age(now).count()});
  }
  return all;
}

}  // namespace radflow::kafka
