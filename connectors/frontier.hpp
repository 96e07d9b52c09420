// Frontier: of one partition, which admitted offsets are done. Its position is what is committed: the lowest
// admitted offset that is not done, else the one after the last that was read. Offsets may have gaps
// (compaction, transaction markers); positions may end in any order. Not thread-safe: its owner locks.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <vector>

namespace radflow {

// Offsets from `from` up to and without `end`.
struct OffsetRun {
  std::int64_t from = 0, end = 0;
  bool operator==(const OffsetRun&) const = default;
};

// Whether ascending, disjoint runs cover the offset.
inline bool covers(const std::vector<OffsetRun>& runs, std::int64_t offset) {
  const auto run = std::ranges::upper_bound(runs, offset, {}, &OffsetRun::end);
  return run != runs.end() && run->from <= offset;
}
// Whether they cover all of the run.
inline bool covers(const std::vector<OffsetRun>& runs, const OffsetRun& all) {
  std::int64_t at = all.from;
  for (auto run = std::ranges::upper_bound(runs, at, {}, &OffsetRun::end); at < all.end; ++run) {
    if (run == runs.end() || run->from > at) return false;
    at = run->end;
  }
  return true;
}

class Frontier {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Offsets ascend; one at or below the last is a defect of the caller and is left out. Records of one
  // `order` have to end up downstream in the order of their offsets.
  bool admit(std::int64_t offset, Time now, std::uint64_t order = 0) {
    if (offset < next_) return false;
    if (entries_.empty()) moved_ = now;
    entries_.push_back({offset, order, false});
    next_ = offset + 1;
    ++pending_;
    return true;
  }

  // Nothing is to be admitted below `offset` any more: the end of a partition lies behind a gap.
  void skip_to(std::int64_t offset) { next_ = std::max(next_, offset); }

  // False if the offset was not admitted or was done before.
  bool done(std::int64_t offset, Time now) {
    const auto entry = std::ranges::lower_bound(entries_, offset, {}, &Entry::offset);
    if (entry == entries_.end() || entry->offset != offset || entry->done) return false;
    entry->done = true;
    --pending_;
    ++done_;
    if (entries_.front().done) moved_ = now;
    while (!entries_.empty() && entries_.front().done) entries_.pop_front();
    return true;
  }

  // All below `offset` are done.
  void done_below(std::int64_t offset, Time now) {
    for (; !entries_.empty() && entries_.front().offset < offset; entries_.pop_front()) {
      pending_ -= !entries_.front().done;
      moved_ = now;
    }
  }

  // The offset to commit; -1 before anything was read.
  std::int64_t position() const { return entries_.empty() ? next_ : entries_.front().offset; }
  // Admitted and not done.
  std::int64_t pending() const { return pending_; }
  // The offset after the last one read; -1 before anything was.
  std::int64_t next() const { return next_; }
  // What is done above the position, ascending and disjoint: only records whose order has no earlier one that
  // is not done. Whoever repeats the others alone then never puts an older result behind a newer one. A run
  // may cover offsets that hold no record. `kept_back`: records that count as not done.
  std::vector<OffsetRun> done_ahead(const std::set<std::int64_t>& kept_back = {}) const {
    std::vector<OffsetRun> runs;
    std::set<std::uint64_t> held_up;  // orders
    bool goes_on = false;
    for (const Entry& entry : entries_) {
      const bool done = entry.done && !kept_back.contains(entry.offset);
      if (!done) held_up.insert(entry.order);
      const bool listed = done && !held_up.contains(entry.order);
      if (listed && goes_on)
        runs.back().end = entry.offset + 1;
      else if (listed)
        runs.push_back({entry.offset, entry.offset + 1});
      goes_on = listed;
    }
    return runs;
  }
  // How many records were done, ever.
  std::uint64_t done_count() const { return done_; }
  // How long the position has stood still with work pending.
  std::chrono::duration<double> age(Time now) const {
    return pending_ == 0 ? std::chrono::duration<double>{0} : now - moved_;
  }

 private:
  struct Entry {
    std::int64_t offset;
    std::uint64_t order;
    bool done;
  };
  std::deque<Entry> entries_;  // the first is not done
  std::int64_t next_ = -1;
  std::int64_t pending_ = 0;
  std::uint64_t done_ = 0;
  Time moved_{};
};

}  // namespace radflow
