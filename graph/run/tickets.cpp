#include "graph/run/tickets.hpp"

#include "graph/run/ticket.hpp"

namespace radflow {

void Tickets::enter(Ticket& ticket) {
  const std::lock_guard lock{mutex_};
  ticket.next_ = first_;
  if (first_) first_->previous_ = &ticket;
  first_ = &ticket;
}

void Tickets::leave(Ticket& ticket) {
  if (ticket.phase != Ticket::Phase::Ended && !discarding_)
    abandoned_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock{mutex_};
  if (ticket.next_) ticket.next_->previous_ = ticket.previous_;
  (ticket.previous_ ? ticket.previous_->next_ : first_) = ticket.next_;
}

bool Tickets::find(const std::function<bool(const Ticket&)>& wanted,
                   const std::function<void(const Ticket&)>& look) const {
  const std::lock_guard lock{mutex_};
  for (const Ticket* ticket = first_; ticket; ticket = ticket->next_)
    if (wanted(*ticket)) {
      look(*ticket);
      return true;
    }
  return false;
}

}  // namespace radflow
