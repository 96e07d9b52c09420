#include "connectors/kafka/group/gathered_offsets.hpp"

#include <algorithm>

#include "connectors/kafka/group/commit_metadata.hpp"

namespace radflow::kafka {
void GatheredOffsets::admit(std::int64_t offset, Time now) {
  if (gathers_) through_.admit(offset, now);
}

void GatheredOffsets::skip_to(std::int64_t offset) {
  if (gathers_) through_.skip_to(offset);
}

void GatheredOffsets::through(std::int64_t offset, Time now) {
  if (gathers_) through_.done(offset, now);
}

void GatheredOffsets::done_together(std::vector<std::int64_t> offsets) {
  if (!gathers_ || offsets.size() < 2) return;
  const auto lowest = [](const Offsets& together) { return together.front(); };
  const auto at = std::ranges::upper_bound(together_, offsets.front(), {}, lowest);
  together_.insert(at, std::move(offsets));
}

std::optional<CommitPoint> GatheredOffsets::commit_point(const Frontier& done, std::size_t longest) const {
  if (!gathers_) {
    CommitPoint point{done.position(), done.done_ahead()};
    add_unread(done, point.ahead);
    return point;
  }
  std::optional<CommitPoint> point = with_list(done, longest);
  if (!point) point = behind(done.position());
  if (point && point->position < committed_) return std::nullopt;
  return point;
}

// What the owner before did, as far as it has not been read again: without it a second crash would repeat it.
void GatheredOffsets::add_unread(const Frontier& done, std::vector<OffsetRun>& ahead) const {
  for (const OffsetRun& run : done_before_)
    if (run.end > done.next()) ahead.push_back({std::max(run.from, done.next()), run.end});
}

// At the frontier, if all that was done together with what is below it can be listed. What cannot be listed whole is
// not listed at all, and then counts as not done: it may not be overtaken by later records of its order.
std::optional<CommitPoint> GatheredOffsets::with_list(const Frontier& done, std::size_t longest) const {
  CommitPoint point{done.position(), {}};
  std::set<std::int64_t> kept_back;
  while (true) {
    point.ahead = done.done_ahead(kept_back);
    add_unread(done, point.ahead);
    point.ahead.resize(runs_with_room(point.position, point.ahead, longest));
    for (const OffsetRun& run : done_before_)
      if (!covers(point.ahead, OffsetRun{std::max(run.from, point.position), run.end})) return std::nullopt;
    const std::size_t before = kept_back.size();
    for (const Offsets& together : together_) {
      const auto above = std::ranges::lower_bound(together, point.position);
      const auto is_listed = [&](std::int64_t offset) { return covers(point.ahead, offset); };
      if (std::all_of(above, together.end(), is_listed)) continue;
      if (above != together.begin()) return std::nullopt;
      if (std::any_of(above, together.end(), is_listed)) kept_back.insert(above, together.end());
    }
    if (kept_back.size() == before) return point;
  }
}

// The highest position, up to this one, that has all or nothing of what was done together, without a list.
std::optional<CommitPoint> GatheredOffsets::behind(std::int64_t position) const {
  for (bool torn = true; torn;) {
    torn = false;
    for (const Offsets& together : together_)
      if (together.front() < position && together.back() >= position) {
        position = together.front();
        torn = true;
      }
  }
  if (std::ranges::any_of(done_before_, [&](const OffsetRun& run) { return run.end > position; }))
    return std::nullopt;
  return CommitPoint{position, {}};
}

void GatheredOffsets::committed(std::int64_t position) {
  committed_ = std::max(committed_, position);
  std::erase_if(together_, [&](const Offsets& together) { return together.back() < position; });
  std::erase_if(done_before_, [&](const OffsetRun& run) { return run.end <= position; });
}

}  // namespace radflow::kafka
