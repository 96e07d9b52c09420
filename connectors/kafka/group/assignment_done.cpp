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
  change_under_way(position, [&](GatheredOffsets& gathered) {
    gathered.through(position.offset, Clock::now());
    gathered.done(position.offset);
  });
  return partition;
}

template <typename Change>
void Assignment::change_under_way(const Position& position, const Change& change) {
  if (!gathers_) return;
  Partition* partition = find(position.topic, position.partition);
  if (!partition || partition->generation != position.generation) return;
  const auto uncommitted = [&] {
    return partition->commits.uncommitted(partition->frontier, partition->gathered);
  };
  const std::int64_t before = uncommitted();
  change(partition->gathered);
  uncommitted_ += uncommitted() - before;
  if (waiting_ > 0) idle_.notify_all();
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
  change_under_way(position,
                   [&](GatheredOffsets& gathered) { gathered.through(position.offset, Clock::now()); });
}

void Assignment::under_way_again(const Position& position) {
  std::lock_guard lock{mutex_};
  change_under_way(position, [&](GatheredOffsets& gathered) { gathered.under_way_again(position.offset); });
}

void Assignment::group_starts(const std::vector<Position>& records) {
  std::lock_guard lock{mutex_};
  change_under_way(records.front(),
                   [&](GatheredOffsets& gathered) { gathered.group_starts(records.size()); });
}

void Assignment::group_ends(const std::vector<Position>& records) {
  std::lock_guard lock{mutex_};
  change_under_way(records.front(), [&](GatheredOffsets& gathered) { gathered.group_ends(records.size()); });
}

std::optional<Position> Assignment::quiet(const Position& of, std::int64_t held_back) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(of.topic, of.partition);
  if (!partition || partition->generation != of.generation) return std::nullopt;
  const Frontier& through = partition->gathered.through(partition->frontier);
  if (partition->gathered.again() > 0) return std::nullopt;
  if (through.pending() > 0 && (through.pending() > 1 || through.position() != held_back))
    return std::nullopt;
  return Position{of.topic, of.partition, through.position(), of.generation};
}

}  // namespace radflow::kafka
