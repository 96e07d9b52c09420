// Of an assignment: where its partitions begin, jump and are to end.
#include <algorithm>

#include "connectors/kafka/group/assignment.hpp"

namespace radflow::kafka {

std::optional<Assignment::Jump> Assignment::jump(const Position& to) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(to.topic, to.partition);
  if (!partition) return std::nullopt;
  const std::int64_t expected =
      partition->frontier.next() >= 0 ? partition->frontier.next() : partition->begins;
  if (expected == unknown || expected == to.offset) return std::nullopt;
  return Jump{expected, partition->asked};
}

void Assignment::asked(const Position& at, std::uint64_t count) {
  std::lock_guard lock{mutex_};
  if (Partition* partition = find(at.topic, at.partition)) partition->asked = count;
}

void Assignment::begins_at(const Position& at, std::int64_t offset) {
  std::lock_guard lock{mutex_};
  Partition* partition = find(at.topic, at.partition);
  if (!partition) return;
  if (offset >= 0 && offset < partition->frontier.next()) begin_anew(*partition);
  if (partition->frontier.next() < 0)
    partition->begins = offset;
  else if (offset > partition->frontier.next())
    partition->frontier.skip_to(offset);
  count_uncommitted();
}

std::vector<std::pair<std::string, std::int32_t>> Assignment::without_end() const {
  std::lock_guard lock{mutex_};
  std::vector<Name> names;
  for (const auto& [name, partition] : partitions_)
    if (!partition.end) names.push_back(name);
  return names;
}

void Assignment::set_end(const std::string& topic, std::int32_t partition, std::int64_t end) {
  std::lock_guard lock{mutex_};
  if (Partition* found = find(topic, partition)) found->end = end;
}

bool Assignment::beyond_end(const Position& position) const {
  std::lock_guard lock{mutex_};
  const Partition* partition = find(position.topic, position.partition);
  return partition && partition->end && position.offset >= *partition->end;
}

bool Assignment::all_at_end() const {
  std::lock_guard lock{mutex_};
  return std::ranges::all_of(partitions_, [](const auto& entry) {
    const Partition& partition = entry.second;
    return partition.end && partition.frontier.next() >= *partition.end;
  });
}

}  // namespace radflow::kafka
