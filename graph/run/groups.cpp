#include "graph/run/groups.hpp"

#include <algorithm>

#include "graph/run/group_message.hpp"
#include "graph/run/guarded_call.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What a member takes of its group's memory besides the state: its ticket with key and headers.
std::int64_t member_bytes(const Record& record) {
  constexpr std::int64_t ticket = 1024;
  return ticket + static_cast<std::int64_t>(record.bytes() - record.value.size());
}

// Often enough for the shortest `idle`.
IdleClock::Duration tick_time(const Plan& plan, const std::vector<int>& groups) {
  std::int64_t shortest = 2000;
  for (const int node : groups)
    shortest = std::min(shortest, plan.nodes[static_cast<std::size_t>(node)].group.idle_ms);
  return milliseconds{std::max<std::int64_t>(shortest / 10, 5)};
}

}  // namespace

Groups::Groups(RunState& run, Records& records, Endings& endings, Stages& stages, MayCome may_come)
    : run_{run},
      records_{records},
      endings_{endings},
      stages_{stages},
      may_come_{std::move(may_come)},
      step_{tick_time(run.plan, run.layout.groups)} {
  for (const int node : run.layout.groups) {
    const auto index = static_cast<std::size_t>(node);
    nodes_.emplace_back(nodes_.size(), index, run.plan.nodes[index], *run.nodes[index].front(), 2 * step_);
  }
  endings.hand_members_to([this](std::size_t group, const Output& member) { add(group, member); });
}

Groups::~Groups() { clear(); }

void Groups::start() {
  if (nodes_.empty()) return;
  timer_ = std::jthread{[this](const std::stop_token& stop) {
    try {
      run(stop);
    } catch (...) {
      run_.break_off("groups end no more: " + text_of(std::current_exception()));
    }
  }};
}

void Groups::add(std::size_t g, const Output& member) {
  Node& node = nodes_[g];
  Ticket& ticket = member.from->ticket;
  const Result<std::string> key =
      guarded<Result<std::string>>([&] { return node.body->key(member.payload, *member.from); });
  if (!key) return refuse(node, member, key.error());
  ticket.input_digest();  // while its bytes are here
  Lane& lane = node.open.lane(ticket.source(), ticket.record().position);
  std::optional<Error> refused;
  std::unique_lock lock{lane.mutex};
  if (dropping_) {
    lock.unlock();
    ticket.drop();
    return endings_.let_go(ticket);
  }
  // The partition went and came again, or its topic was made anew: what was gathered before is no part of this.
  const std::vector<OpenGroup> old = lane.generation == ticket.record().position.generation
                                         ? std::vector<OpenGroup>{}
                                         : take_all(node, lane);
  lane.generation = ticket.record().position.generation;
  const Lane& owner = node.open.claim(*key, lane);
  if (&owner != &lane) {
    lock.unlock();
    for (const OpenGroup& group : old) drop(lane.source, group);
    return refuse(node, member, other_partition(owner.topic, owner.partition, ticket.record().position));
  }
  const std::optional<GroupEnd> end = add_to_group(node, lane, *key, member, refused);
  std::optional<OpenGroup> ended;
  if (end || (refused && lane.groups.at(*key).members.empty())) ended = take(node, lane, *key);
  lock.unlock();
  for (const OpenGroup& group : old) drop(lane.source, group);
  if (refused) {
    if (ended) endings_.group_gone();
    return refuse(node, member, *std::move(refused));
  }
  if (end) finish(node, lane.source, *std::move(ended), *end);
  while (node.open.bytes() > node.plan->group.memory_bytes && node.open.count() > 0) finish_oldest(node);
}

// Under the lane's lock.
std::optional<GroupEnd> Groups::add_to_group(Node& node, Lane& lane, const std::string& key,
                                             const Output& member, std::optional<Error>& refused) {
  const auto known = lane.groups.find(key);
  OpenGroup& group = known != lane.groups.end() ? known->second : node.open.open(lane, key, Clock::now());
  std::int64_t state = 0;
  const Result<Gathering> gathered = guarded<Result<Gathering>>([&] {
    if (!group.state) group.state = node.body->open();
    Result<Gathering> added = node.body->add(group.state.get(), member.payload, *member.from);
    if (added) state = static_cast<std::int64_t>(node.body->bytes(group.state.get()));
    return added;
  });
  if (!gathered) {
    refused = gathered.error();
    return std::nullopt;
  }
  if (!group.bundle) group.bundle = endings_.together().open();
  Ticket& ticket = member.from->ticket;
  group.member_bytes += member_bytes(ticket.record());
  node.open.grown(group, state + group.member_bytes);
  endings_.together().join(ticket.bundle, group.bundle);
  group.last_member = lane.clock.passed();
  std::optional<GroupEnd> end;
  if (*gathered == Gathering::Complete)
    end = GroupEnd::Complete;
  else if (group.members.size() + 1 >= static_cast<std::size_t>(node.plan->group.most))
    end = GroupEnd::Most;
  group.members.push_back({ticket.shared_from_this(), member.from});
  endings_.give_to_group(ticket);
  return end;
}

// The message fails, and its group goes on without it.
void Groups::refuse(Node& node, const Output& member, Error error) {
  stages_.fail(node.index, *member.from, member.from->part, member.from->identity(), std::move(error));
  endings_.let_go(member.from->ticket);
}

OpenGroup Groups::take(Node& node, Lane& lane, const std::string& key) {
  endings_.group_starts();
  return node.open.take(lane, key);
}

std::vector<OpenGroup> Groups::take_all(Node& node, Lane& lane) {
  std::vector<OpenGroup> all;
  while (!lane.groups.empty()) all.push_back(take(node, lane, lane.groups.begin()->first));
  std::ranges::sort(all, {}, &OpenGroup::number);
  return all;
}

}  // namespace radflow
