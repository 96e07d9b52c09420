// OpenGroups: the groups of one node that have not ended. A lane is what is read of one partition by one source: its
// members come one at a time, and a key belongs to one lane as long as its group is open. Thread-safe as far as it
// says; the groups of a lane are under the lane's lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "graph/group_body.hpp"
#include "graph/run/done_together.hpp"
#include "graph/run/gathered.hpp"
#include "graph/run/idle_clock.hpp"

namespace radflow {

struct OpenGroup {
  std::string key;
  std::uint64_t number = 0;  // in the order of their opening
  std::shared_ptr<void> state;
  std::vector<GroupMember> members;
  std::shared_ptr<Bundle> bundle;
  std::int64_t bytes = 0;         // what the state and the members take of the node's `memory`
  std::int64_t member_bytes = 0;  // what the members alone take
  IdleClock::Time opened{};
  IdleClock::Duration last_member{0};  // a time of the lane's clock
};

class OpenGroups {
 public:
  struct Lane {
    std::size_t source = 0;
    std::string topic;
    std::int32_t partition = 0;

    std::mutex mutex;
    std::uint64_t generation = 0;             // the last gathered positions have it
    std::map<std::string, OpenGroup> groups;  // each key's group
    IdleClock clock;
    const void* first_waiting = nullptr;  // at the last tick

    explicit Lane(IdleClock::Duration step) : clock{step} {}
  };

  // `step`: the longest time between two ticks of a lane's clock.
  explicit OpenGroups(IdleClock::Duration step) : step_{step} {}

  // The lane of a position. Any thread.
  Lane& lane(std::size_t source, const Position& at);
  std::vector<Lane*> lanes();

  // The lane in which the key's group is open, which is `mine` from now on if there was none. Any thread.
  const Lane& claim(const std::string& key, Lane& mine);

  // Opens a group, under the lane's lock; the key is claimed.
  OpenGroup& open(Lane& lane, const std::string& key, IdleClock::Time now);
  // The group has got a member and now takes so much of the memory; under its lane's lock.
  void grown(OpenGroup& group, std::int64_t bytes);
  // Takes a group out, under its lane's lock.
  OpenGroup take(Lane& lane, const std::string& key);
  // The oldest of all, by lane and key. Any thread.
  struct Oldest {
    Lane* lane;
    std::string key;
    std::uint64_t number;
  };
  std::optional<Oldest> oldest();

  std::int64_t bytes() const { return bytes_.load(); }
  std::int64_t count() const { return count_.load(); }
  std::int64_t members() const { return members_.load(); }

 private:
  const IdleClock::Duration step_;
  std::mutex mutex_;
  std::deque<Lane> lanes_;                                         // under mutex_
  std::map<std::string, Lane*> owner_;                             // each key's lane, under mutex_
  std::map<std::uint64_t, std::pair<Lane*, std::string>> by_age_;  // under mutex_
  std::uint64_t opened_ = 0;                                       // under mutex_
  std::atomic<std::int64_t> bytes_{0}, count_{0}, members_{0};
};

}  // namespace radflow
