// How a group is finished, in its turn if its source lets groups be finished one by one, or given up.
#include "graph/run/group_message.hpp"
#include "graph/run/groups.hpp"

namespace radflow {

void Groups::finish(Node& node, std::size_t source, OpenGroup group, GroupEnd end) {
  if (!held(source, group)) return drop(source, group);
  node.ended[static_cast<std::size_t>(end)].add();
  const bool emit = node.plan->group.incomplete == GroupPlan::Incomplete::Emit && !run_.plan.replay;
  if (end != GroupEnd::Complete && !emit) return give_up_incomplete(node, source, std::move(group), end);
  Due due{&node, source, std::move(group), end, {}};
  due.records = records_of(due.group.members);
  if (!start(due)) put_off(std::move(due));
}

// False: not yet.
bool Groups::start(Due& due) {
  if (!run_.sources[due.source]->may_finish(due.records)) return false;
  const std::shared_ptr<Ticket> ticket = enter(*due.node, due.source, due.group, true);
  run_.budget.add_computing(1);
  Message& root = ticket->root;
  stages_.start(ticket, root, Payload::of(GatheredState{std::move(due.group.state), due.end}));
  return true;
}

void Groups::give_up_incomplete(Node& node, std::size_t source, OpenGroup group, GroupEnd end) {
  const std::size_t count = group.members.size();
  const std::shared_ptr<Ticket> ticket = enter(node, source, group, false);
  stages_.fail(node.index, ticket->root, {}, ticket->root.identity(),
               incomplete(count, range_text(ticket->gathered()->positions), end));
  endings_.nothing_comes(*ticket, run_.region(ticket->root.region).reachable);
}

// Only what goes on its way takes its place in the order of the sinks: a group that had to wait for another one, which
// waits there for its turn, would wait for ever.
std::shared_ptr<Ticket> Groups::enter(Node& node, std::size_t source, OpenGroup& group, bool finishes) {
  const int region = run_.layout.nodes[node.index].region;
  GroupMessage message = group_message(static_cast<int>(node.index), std::move(group.members));
  message.gathered->finishes = finishes;
  std::shared_ptr<Ticket> ticket = records_.make_group(
      source, std::move(message.record), std::move(message.gathered), region, std::move(message.identity));
  ticket->bundle = std::move(group.bundle);
  endings_.enter(ticket);
  return ticket;
}

void Groups::put_off(Due due) {
  std::unique_lock lock{due_mutex_};
  if (dropping_) {
    lock.unlock();
    return drop(due);
  }
  due_.push_back(std::move(due));
  woken_ = true;
  wake_.notify_one();
}

void Groups::start_due() {
  std::deque<Due> all;
  {
    const std::lock_guard lock{due_mutex_};
    all.swap(due_);
  }
  for (Due& due : all)
    if (!held(due.source, due.group))
      drop(due);
    else if (!start(due))
      put_off(std::move(due));
}

void Groups::finish_oldest(Node& node) {
  const auto oldest = node.open.oldest();
  if (!oldest) return;
  std::unique_lock lock{oldest->lane->mutex};
  const auto found = oldest->lane->groups.find(oldest->key);
  if (found == oldest->lane->groups.end() || found->second.number != oldest->number) return;
  OpenGroup group = take(node, *oldest->lane, oldest->key);
  lock.unlock();
  finish(node, oldest->lane->source, std::move(group), GroupEnd::MemoryFull);
}

bool Groups::held(std::size_t source, const OpenGroup& group) const {
  return run_.sources[source]->holds(group.members.front().ticket->record().position);
}

// Its members are not done. Those of a partition that was given up are somebody else's by now.
void Groups::drop(std::size_t source, const OpenGroup& group) {
  const bool revoked = !held(source, group);
  if (!revoked) dropped_.fetch_add(1);
  endings_.together().lose(group.bundle);
  for (const GroupMember& member : group.members) {
    if (revoked)
      member.ticket->revoke();
    else
      member.ticket->drop();
    endings_.give_back(member);
  }
  endings_.group_gone();
}

void Groups::drop(const Due& due) {
  run_.sources[due.source]->not_finished(due.records);
  drop(due.source, due.group);
}

}  // namespace radflow
