// TicketPool: makes the tickets of one source, and knows every one that has not ended, so that a record that
// holds a frontier can be found and explained.
//
// A ticket is made by the source's thread and ends on a worker: its place goes round between the two instead
// of being allocated here and freed over there. There are as many places as there were tickets at one time;
// the graph's memory bounds them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

class Run;
class Ticket;

class TicketPool {
 public:
  TicketPool();
  // After the last ticket.
  ~TicketPool();
  TicketPool(const TicketPool&) = delete;
  TicketPool& operator=(const TicketPool&) = delete;

  // From one thread at a time. The other arguments are Ticket's.
  std::shared_ptr<Ticket> make(Run& run, std::size_t source, Record&& record, std::int64_t charged,
                               const std::vector<int>& units);
  // A ticket's last breath, on any thread: from now on nobody finds it, and nobody looks at it.
  void leave(Ticket& ticket);
  // Calls `look` with the first ticket that `wanted` accepts, which stays alive meanwhile; false if there is
  // none. Walks all of them. Any thread.
  bool find(const std::function<bool(const Ticket&)>& wanted, const std::function<void(const Ticket&)>& look);

 private:
  struct Place;
  template <typename T>
  struct Allocator;

  Place& take();
  const Ticket* first(const std::function<bool(const Ticket&)>& wanted) const;  // under mutex_

  Place* free_ = nullptr;                  // for the thread that makes
  std::atomic<Place*> returned_{nullptr};  // by tickets that ended, a stack
  std::atomic<bool> looking_{false};
  std::mutex mutex_;                              // whoever looks holds it
  std::vector<std::unique_ptr<Place[]>> places_;  // under mutex_
};

}  // namespace radflow
