#include "graph/live_tickets.hpp"

#include "graph/ticket.hpp"

namespace radflow {

void LiveTickets::enter(Ticket& ticket) {
  ticket.link.shard = next_.fetch_add(1, std::memory_order_relaxed) % shards_.size();
  Shard& shard = shards_[ticket.link.shard];
  const std::lock_guard lock{shard.mutex};
  ticket.link.after = shard.first;
  if (shard.first) shard.first->link.before = &ticket;
  shard.first = &ticket;
}

void LiveTickets::leave(Ticket& ticket) {
  Shard& shard = shards_[ticket.link.shard];
  const std::lock_guard lock{shard.mutex};
  if (ticket.link.after) ticket.link.after->link.before = ticket.link.before;
  if (ticket.link.before)
    ticket.link.before->link.after = ticket.link.after;
  else
    shard.first = ticket.link.after;
}

bool LiveTickets::find(const std::function<bool(const Ticket&)>& wanted,
                       const std::function<void(const Ticket&)>& look) {
  for (Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    for (Ticket* ticket = shard.first; ticket; ticket = ticket->link.after)
      if (wanted(*ticket)) {
        look(*ticket);
        return true;
      }
  }
  return false;
}

}  // namespace radflow
