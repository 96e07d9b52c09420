// How a group that may have killed the process before is finished: alone, and named by a commit.
#include "connectors/kafka/group/crash_guard.hpp"

#include <algorithm>

#include "connectors/kafka/group/durations.hpp"

namespace radflow::kafka {

bool CrashGuard::in_partition_of_group(const Position& position) const {
  return position.topic == group_.front().topic && position.partition == group_.front().partition;
}

// Groups of the same records are each other's: the commit names both.
bool CrashGuard::is_group(const std::vector<Position>& group) const {
  const auto same = [](const Position& a, const Position& b) {
    return a.offset == b.offset && a.generation == b.generation;
  };
  return turn_ != Turn::Nobodys && in_partition_of_group(group.front()) &&
         std::ranges::equal(group, group_, same);
}

bool CrashGuard::may_finish(const std::vector<Position>& group) {
  const Position& first = group.front();
  const std::lock_guard lock{mutex_};
  const auto found = suspects_.find({first.topic, first.partition});
  const bool suspect = found != suspects_.end() && found->second.generation == first.generation &&
                       first.offset < found->second.end;
  if (suspect) {
    if (turn_ == Turn::Nobodys) {
      turn_ = Turn::Asked;
      group_ = group;
      held_back_ = -1;
      finishing_ = true;
    }
    if (turn_ != Turn::Allowed || !is_group(group)) return false;
    turn_ = Turn::Taken;
  } else if (turn_ != Turn::Nobodys && in_partition_of_group(first)) {
    return false;
  }
  assignment_.group_starts(group);
  return true;
}

void CrashGuard::finished(const std::vector<Position>& group) {
  const std::lock_guard lock{mutex_};
  assignment_.group_ends(group);
  if (turn_ == Turn::Taken && is_group(group)) turn_ = Turn::Over;
  over_.notify_all();
}

void CrashGuard::not_finished(const std::vector<Position>& group) {
  const std::lock_guard lock{mutex_};
  if (!is_group(group)) return;
  if (turn_ == Turn::Allowed) turn_ = Turn::Over;
  if (turn_ == Turn::Asked) {
    turn_ = Turn::Nobodys;
    finishing_ = false;
  }
  over_.notify_all();
}

bool CrashGuard::finishing() const { return finishing_; }

// The record may not enter, and has waited for a moment.
bool CrashGuard::waits_for_group(const Position& position) {
  std::unique_lock lock{mutex_};
  if (turn_ == Turn::Nobodys || !in_partition_of_group(position)) return false;
  held_back_ = position.offset;
  if (turn_ == Turn::Taken) over_.wait_for(lock, longest_turn, [&] { return turn_ != Turn::Taken; });
  return true;
}

CommitMetadata CrashGuard::metadata_of_group() const {
  const Position& first = group_.front();
  const std::pair<std::string, std::int32_t> partition{first.topic, first.partition};
  const Guarded& guarded = guarded_.at(partition);
  CommitMetadata named{owner_, suspects_.at(partition).deaths, std::max<std::int64_t>(guarded.one_by_one, 1),
                       guarded.through};
  for (const Position& at : group_)
    if (!named.finish.empty() && named.finish.back().end == at.offset)
      ++named.finish.back().end;
    else
      named.finish.push_back({at.offset, at.offset + 1});
  return named;
}

void CrashGuard::serve_groups(GroupMember& member) {
  if (!finishing_) return;
  std::unique_lock lock{mutex_};
  if (turn_ == Turn::Asked) {
    const std::optional<Position> at = assignment_.quiet(group_.front(), held_back_);
    if (!at) return;
    const CommitMetadata named = metadata_of_group();
    if (assignment_.was_committed_with(*at, named)) {
      turn_ = Turn::Allowed;
      return;
    }
    lock.unlock();
    member.commit_with(*at, named);
  } else if (turn_ == Turn::Over) {
    const Position first = group_.front();
    turn_ = Turn::Nobodys;
    finishing_ = false;
    lock.unlock();
    Guarded& guarded = guarded_.at({first.topic, first.partition});
    if (guarded.generation != first.generation) return;
    assignment_.say(first, metadata(guarded, guarded.free_below != no_limit));
    guarded.free = 0;  // the next record waits for a commit that does not name the group
  }
}

}  // namespace radflow::kafka
