// What status and metrics say of groups.
#include <fmt/format.h>

#include <algorithm>

#include "graph/digest.hpp"
#include "graph/run/groups.hpp"

namespace radflow {

namespace {

using Seconds = std::chrono::duration<double>;

OpenGroupStats described(const std::string& node, const OpenGroup& group) {
  const Position& first = group.members.front().ticket->record().position;
  OpenGroupStats stats;
  stats.node = node;
  stats.key_digest = group.key;  // its digest takes its place in the ones that are shown
  stats.topic = first.topic;
  stats.partition = first.partition;
  stats.offset = first.offset;
  stats.members = group.members.size();
  stats.age_s = Seconds{std::chrono::steady_clock::now() - group.opened}.count();
  return stats;
}

}  // namespace

GroupStats Groups::stats_of(const Node& node) {
  GroupStats stats{node.plan->name,
                   static_cast<std::uint64_t>(node.open.count()),
                   static_cast<std::uint64_t>(node.open.members()),
                   node.open.bytes(),
                   node.plan->group.memory_bytes,
                   {}};
  for (std::size_t end = 0; end < ways_to_end; ++end)
    stats.ended.emplace_back(label(static_cast<GroupEnd>(end)), node.ended[end].get());
  return stats;
}

void Groups::add_open(Node& node, std::vector<OpenGroupStats>& all) {
  for (Lane* lane : node.open.lanes()) {
    const std::lock_guard lock{lane->mutex};
    for (const auto& [key, open] : lane->groups) {
      OpenGroupStats& group = all.emplace_back(described(node.plan->name, open));
      group.idle_s = Seconds{lane->clock.passed() - open.last_member}.count();
      group.waits_for = may_come_(lane->source)
                            ? fmt::format("its next member, at most {:.0f} s more",
                                          static_cast<double>(node.plan->group.idle_ms) / 1000 - group.idle_s)
                            : "its source, which cannot read now";
    }
  }
}

void Groups::add_due(const Node& node, std::vector<OpenGroupStats>& all) {
  const std::lock_guard lock{due_mutex_};
  for (const Due& due : due_)
    if (due.node == &node)
      all.emplace_back(described(node.plan->name, due.group)).waits_for =
          fmt::format("its turn ({}): after a death groups are finished one by one", label(due.end));
}

void Groups::add_to(PipelineStats& stats) {
  constexpr std::size_t most_shown = 20;
  stats.groups_dropped = dropped_.load();
  for (Node& node : nodes_) {
    stats.groups.push_back(stats_of(node));
    std::vector<OpenGroupStats> all;
    add_open(node, all);
    add_due(node, all);
    std::ranges::sort(all, std::ranges::greater{}, &OpenGroupStats::age_s);
    if (all.size() > most_shown) all.resize(most_shown);
    for (OpenGroupStats& group : all) {
      group.key_digest = xxh3_digest(group.key_digest);
      stats.open_groups.push_back(std::move(group));
    }
  }
}

}  // namespace radflow
