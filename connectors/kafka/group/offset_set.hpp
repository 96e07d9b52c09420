// OffsetSet: offsets of one partition, kept as runs. Not thread-safe: its owner locks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "connectors/frontier.hpp"

namespace radflow::kafka {

class OffsetSet {
 public:
  void add(OffsetRun run) {
    if (run.from >= run.end) return;
    auto next = runs_.upper_bound(run.from);
    if (next != runs_.begin() && std::prev(next)->second >= run.from) {
      --next;
      run.from = next->first;
    }
    while (next != runs_.end() && next->first <= run.end) {
      run.end = std::max(run.end, next->second);
      next = runs_.erase(next);
    }
    runs_.emplace(run.from, run.end);
  }

  bool contains(std::int64_t offset) const {
    const auto next = runs_.upper_bound(offset);
    return next != runs_.begin() && std::prev(next)->second > offset;
  }

  // The lowest offset from `from` on that is not in the set.
  std::int64_t first_missing(std::int64_t from) const {
    const auto next = runs_.upper_bound(from);
    return next == runs_.begin() ? from : std::max(from, std::prev(next)->second);
  }

  // The runs above the offset, ascending.
  std::vector<OffsetRun> above(std::int64_t offset) const {
    std::vector<OffsetRun> runs;
    for (auto run = runs_.upper_bound(offset); run != runs_.end(); ++run)
      runs.push_back({run->first, run->second});
    return runs;
  }

 private:
  std::map<std::int64_t, std::int64_t> runs_;  // ends by beginnings; they never touch
};

}  // namespace radflow::kafka
