// What becomes of records that were admitted: done alone, done together, or waiting in a group.
#include "connectors/kafka/group/assignment.hpp"

namespace radflow::kafka {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Assignment::Partition* Assignment::mark_done(const Position& position) {
  Partition* partition = find(position.topic, position.partition);
  if (orphans_ > 0 && (!partition || position.generation < partition->assigned)) --orphans_;
  if (!partition || partition->generation != position.generation) return nullptr;
  if (partition->frontier.done(position.offset, Clock::now())) ++done_;
  through(*partition, position.offset);
  return partition;
}

void Assignment::through(Partition& partition, std::int64_t offset) {
  if (!gathers_) return;
  const auto uncommitted = [&] {
    return partition.commits.uncommitted(partition.frontier, partition.gathered);
  };
  const std::int64_t before = uncommitted();
  partition.gathered.through(offset, Clock::now());
  uncommitted_ += uncommitted() - before;
}

void Assignment::done(const Position& position) {
  std::lock_guard lock{mutex_};
  if (mark_done(position) && waiting_ > 0) idle_.notify_all();
}

void Assignment::done_together(const std::vector<Position>& positions) {
  std::lock_guard lock{mutex_};
  Partition* partition = nullptr;
  std::vector<std::int64_t> offsets;
  for (const Position& position : positions)
    if (Partition* held = mark_done(position)) {
      partition = held;
      offsets.push_back(position.offset);
    }
  if (partition) partition->gathered.done_together(std::move(offsets));
  if (waiting_ > 0) idle_.notify_all();
}

void Assignment::parked(const Position& position) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(position.topic, position.partition);
  if (!partition || partition->generation != position.generation) return;
  through(*partition, position.offset);
  if (waiting_ > 0) idle_.notify_all();
}

}  // namespace radflow::kafka
