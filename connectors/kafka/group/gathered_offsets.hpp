// GatheredOffsets: what groups make of the commits of one partition. Records that wait in an open group hold the
// committed offset back but block no other record, so a second frontier counts them as passed. Records that were done
// together are committed together: a commit that would cover some of them, without saying that the others are done,
// stays behind all of them. Not thread-safe: Assignment locks.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "connectors/frontier.hpp"

namespace radflow::kafka {

// What a commit says: all below `position` is done, and `ahead` as well.
struct CommitPoint {
  std::int64_t position = -1;
  std::vector<OffsetRun> ahead;
};

class GatheredOffsets {
 public:
  using Time = Frontier::Time;

  // The graph gathers: without groups a record that is repeated alone does no harm.
  void gathers() { gathers_ = true; }
  bool gathering() const { return gathers_; }
  // The owner before said that these are done; what they were gathered with may be, too.
  void done_before(std::vector<OffsetRun> runs) { done_before_ = std::move(runs); }
  // Of a record that is not committed yet.
  bool was_done_before(std::int64_t offset) const { return covers(done_before_, offset); }

  void admit(std::int64_t offset, Time now);
  void skip_to(std::int64_t offset);
  // A record waits in groups, or is done: it is through.
  void through(std::int64_t offset, Time now);
  // A record that was through is under way once more, until it is done.
  void under_way_again(std::int64_t offset) { again_.insert(offset); }
  void done(std::int64_t offset) { again_.erase(offset); }
  // A group of so many records that were through is being finished, and not any more.
  void group_starts(std::size_t records) { in_groups_ += static_cast<std::int64_t>(records); }
  void group_ends(std::size_t records) { in_groups_ -= static_cast<std::int64_t>(records); }
  // Records that are through and under way once more.
  std::int64_t again() const { return in_groups_ + static_cast<std::int64_t>(again_.size()); }
  // Records that were done together, by offset.
  void done_together(std::vector<std::int64_t> offsets);

  // The frontier of what is through; without groups that of what is done.
  const Frontier& through(const Frontier& done) const { return gathers_ ? through_ : done; }

  // What may be committed, in at most so many bytes of a note for what is done ahead; absent: nothing that would not
  // tear records apart, what was committed before stays.
  std::optional<CommitPoint> commit_point(const Frontier& done, std::size_t longest) const;
  // It was acknowledged: nothing below it is committed any more.
  void committed(std::int64_t position);

 private:
  using Offsets = std::vector<std::int64_t>;

  void add_unread(const Frontier& done, std::vector<OffsetRun>& ahead) const;
  std::optional<CommitPoint> with_list(const Frontier& done, std::size_t longest) const;
  std::optional<CommitPoint> behind(std::int64_t position) const;

  bool gathers_ = false;
  Frontier through_;
  std::set<std::int64_t> again_;
  std::int64_t in_groups_ = 0;
  std::vector<OffsetRun> done_before_;
  std::vector<Offsets> together_;  // sorted by their lowest offset
  std::int64_t committed_ = -1;
};

}  // namespace radflow::kafka
