#include "graph/run/order_gate.hpp"

#include <algorithm>

namespace radflow {

void OrderGate::enter(std::uint64_t id, std::shared_ptr<Ticket> ticket) {
  Shard& at = shard(id);
  const std::lock_guard lock{at.mutex};
  at.queues[id].tickets.push_back({std::move(ticket), false});
}

void OrderGate::complete(std::uint64_t id, const Ticket& ticket) {
  Shard& at = shard(id);
  std::unique_lock lock{at.mutex};
  Queue& queue = at.queues.at(id);  // references into the map survive other insertions
  // The search begins at the back: however many records wait behind a slow one, the record that completes was admitted
  // lately.
  std::ranges::find(queue.tickets.rbegin(), queue.tickets.rend(), &ticket, [](const Waiting& w) {
    return w.ticket.get();
  })->complete = true;
  if (queue.draining) return;
  queue.draining = true;
  while (queue.head < queue.tickets.size() && queue.tickets[queue.head].complete) {
    const std::shared_ptr<Ticket> next = std::move(queue.tickets[queue.head++].ticket);
    if (queue.head >= 64 && queue.head * 2 > queue.tickets.size()) {
      queue.tickets.erase(queue.tickets.begin(),
                          queue.tickets.begin() + static_cast<std::ptrdiff_t>(queue.head));
      queue.head = 0;
    }
    lock.unlock();
    try {
      let_out_(*next);
    } catch (...) {
      lock.lock();
      queue.draining = false;  // the next record that completes lets out what waits
      throw;
    }
    lock.lock();
  }
  queue.draining = false;
  if (queue.head == queue.tickets.size()) at.queues.erase(id);
}

const void* OrderGate::first(std::uint64_t id) {
  Shard& at = shard(id);
  const std::lock_guard lock{at.mutex};
  const auto queue = at.queues.find(id);
  if (queue == at.queues.end()) return nullptr;
  const Queue& waiting = queue->second;
  if (waiting.head < waiting.tickets.size()) return waiting.tickets[waiting.head].ticket.get();
  return &waiting;  // the last record is being let out: any address serves that is no other record's
}

void OrderGate::clear(const std::function<void(Ticket&)>& drop) {
  for (Shard& at : shards_) {
    const std::lock_guard lock{at.mutex};
    for (const auto& [id, queue] : at.queues)
      for (std::size_t i = queue.head; i < queue.tickets.size(); ++i) drop(*queue.tickets[i].ticket);
    at.queues.clear();
  }
}

}  // namespace radflow
