// When groups end: by time, at the end of the input, at a stop.
#include <algorithm>

#include "graph/run/groups.hpp"

namespace radflow {

using std::chrono::milliseconds;

void Groups::run(const std::stop_token& stop) {
  constexpr IdleClock::Duration between_questions = milliseconds{5};
  while (!stop.stop_requested() && !stopped_) {
    const auto now = std::chrono::steady_clock::now();
    for (Node& node : nodes_) tick(node, now);
    start_due();
    std::unique_lock lock{due_mutex_};
    woken_ = false;
    wake_.wait_for(lock, stop, due_.empty() ? step_ : std::min(step_, between_questions),
                   [&] { return woken_; });
  }
}

void Groups::tick(Node& node, IdleClock::Time now) {
  for (Lane* lane : node.open.lanes()) {
    std::vector<std::pair<OpenGroup, GroupEnd>> ended;
    {
      const std::lock_guard lock{lane->mutex};
      const void* const first = endings_.first_waiting(node.group, lane->source, lane->partition);
      const bool stuck = first && first == std::exchange(lane->first_waiting, first);
      lane->first_waiting = first;
      lane->clock.tick(now, !stuck && may_come_(lane->source));
      std::vector<std::pair<std::string, GroupEnd>> due;
      for (const auto& [key, open] : lane->groups)
        if (now - open.opened >= milliseconds{node.plan->group.longest_ms})
          due.emplace_back(key, GroupEnd::Longest);
        else if (lane->clock.passed() - open.last_member >= milliseconds{node.plan->group.idle_ms})
          due.emplace_back(key, GroupEnd::Idle);
        else if (!held(lane->source, open))
          due.emplace_back(key, GroupEnd::Complete);  // finish() drops it
      for (const auto& [key, end] : due) ended.emplace_back(take(node, *lane, key), end);
    }
    std::ranges::sort(ended, {}, [](const auto& one) { return one.first.number; });
    for (auto& [open, end] : ended) finish(node, lane->source, std::move(open), end);
  }
}

void Groups::end_of_input() {
  const std::uint64_t changes = endings_.changes();
  const std::int64_t parked = endings_.parked();
  const auto on_their_way =
      static_cast<std::int64_t>(records_.in_flight()) + endings_.groups_in_flight() - parked;
  if (on_their_way > 0 || changes != endings_.changes()) return;
  for (Node& node : nodes_) {
    if (node.open.count() == 0) continue;
    for (Lane* lane : node.open.lanes()) {
      std::unique_lock lock{lane->mutex};
      std::vector<OpenGroup> all = take_all(node, *lane);
      lock.unlock();
      for (OpenGroup& open : all) finish(node, lane->source, std::move(open), GroupEnd::EndOfInput);
    }
    return;
  }
}

void Groups::drop_all() {
  if (nodes_.empty() || dropping_.exchange(true)) return;
  timer_ = {};
  for (Node& node : nodes_)
    for (Lane* lane : node.open.lanes()) {
      std::unique_lock lock{lane->mutex};
      const std::vector<OpenGroup> all = take_all(node, *lane);
      lock.unlock();
      for (const OpenGroup& open : all) drop(lane->source, open);
    }
  std::deque<Due> due;
  {
    const std::lock_guard lock{due_mutex_};
    due.swap(due_);
  }
  for (const Due& one : due) drop(one);
}

void Groups::clear() {
  timer_ = {};
  for (Node& node : nodes_)
    for (Lane* lane : node.open.lanes()) {
      const std::lock_guard lock{lane->mutex};
      lane->groups.clear();
    }
  const std::lock_guard lock{due_mutex_};
  due_.clear();
}

}  // namespace radflow
