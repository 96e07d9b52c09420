#include "graph/run/open_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {

std::string range_text(const std::vector<Position>& positions) {
  const Position& first = positions.front();
  const Position& last = positions.back();
  const std::string low = fmt::format("{}:{}:{}", first.topic, first.partition, first.offset);
  return first.offset == last.offset ? low : fmt::format("{}-{}", low, last.offset);
}

OpenGroups::Lane& OpenGroups::lane(std::size_t source, const Position& at) {
  const std::lock_guard lock{mutex_};
  for (Lane& lane : lanes_)
    if (lane.source == source && lane.partition == at.partition && lane.topic == at.topic) return lane;
  Lane& lane = lanes_.emplace_back(step_);
  lane.source = source;
  lane.topic = at.topic;
  lane.partition = at.partition;
  return lane;
}

std::vector<OpenGroups::Lane*> OpenGroups::lanes() {
  const std::lock_guard lock{mutex_};
  std::vector<Lane*> all;
  for (Lane& lane : lanes_) all.push_back(&lane);
  return all;
}

const OpenGroups::Lane& OpenGroups::claim(const std::string& key, Lane& mine) {
  const std::lock_guard lock{mutex_};
  return *owner_.try_emplace(key, &mine).first->second;
}

OpenGroup& OpenGroups::open(Lane& lane, const std::string& key, IdleClock::Time now) {
  OpenGroup& group = lane.groups[key];
  group.key = key;
  group.opened = now;
  const std::lock_guard lock{mutex_};
  group.number = ++opened_;
  by_age_[group.number] = {&lane, key};
  count_.fetch_add(1);
  return group;
}

void OpenGroups::grown(OpenGroup& group, std::int64_t bytes) {
  bytes_.fetch_add(bytes - group.bytes);
  group.bytes = bytes;
  members_.fetch_add(1);
}

OpenGroup OpenGroups::take(Lane& lane, const std::string& key) {
  const auto found = lane.groups.find(key);
  OpenGroup group = std::move(found->second);
  lane.groups.erase(found);
  const std::lock_guard lock{mutex_};
  owner_.erase(group.key);
  by_age_.erase(group.number);
  count_.fetch_sub(1);
  bytes_.fetch_sub(group.bytes);
  members_.fetch_sub(static_cast<std::int64_t>(group.members.size()));
  return group;
}

std::optional<OpenGroups::Oldest> OpenGroups::oldest() {
  const std::lock_guard lock{mutex_};
  if (by_age_.empty()) return std::nullopt;
  const auto& [number, at] = *by_age_.begin();
  return Oldest{at.first, at.second, number};
}

}  // namespace radflow
