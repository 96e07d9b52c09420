// TicketPool: the tickets of one source. It knows every one that has not ended, so that a record that holds a
// frontier can be found and explained.
//
// A ticket is begun by the source's thread and ends on a worker. It is made once and goes round between the
// two, record after record: of its memory only what a record changes crosses from core to core. There are as
// many as there were at one time; the graph's memory bounds them.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

class Endings;
struct RunState;
class Ticket;

class TicketPool {
 public:
  TicketPool(RunState& run, Endings& endings, std::size_t source);
  // After the last ticket was let go.
  ~TicketPool();
  TicketPool(const TicketPool&) = delete;
  TicketPool& operator=(const TicketPool&) = delete;

  // From one thread at a time. The arguments are Ticket::assign's.
  std::shared_ptr<Ticket> make(Record&& record, std::int64_t charged, const std::vector<int>& reachable);
  // Records that were destroyed before they had ended, a defect; 0 while the run is given up.
  std::uint64_t abandoned() const { return abandoned_.load(std::memory_order_relaxed); }
  // Calls `look` with the first ticket that `wanted` accepts, which stays alive meanwhile; false if there is
  // none. Walks all of them. Any thread.
  bool find(const std::function<bool(const Ticket&)>& wanted, const std::function<void(const Ticket&)>& look);

 private:
  struct Place;
  class Lease;
  template <typename T>
  struct Allocator;

  Place& take();
  void leave(Place& place);
  void give_back(Place& place);
  const Ticket* first(const std::function<bool(const Ticket&)>& wanted) const;  // under mutex_

  RunState& run_;
  Endings& endings_;
  const std::size_t source_;
  Place* free_ = nullptr;                              // for the thread that makes
  alignas(64) std::atomic<Place*> returned_{nullptr};  // by tickets that ended, a stack
  alignas(64) std::atomic<bool> looking_{false};
  std::atomic<std::uint64_t> abandoned_{0};
  std::mutex mutex_;          // whoever looks holds it
  std::deque<Place> places_;  // under mutex_
};

}  // namespace radflow
