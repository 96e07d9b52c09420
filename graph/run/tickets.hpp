// Tickets: those of one source that have not ended, so that the record that holds a frontier can be found
// and explained. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

namespace radflow {

class Ticket;

class Tickets {
 public:
  explicit Tickets(const std::atomic<bool>& discarding) : discarding_{discarding} {}
  Tickets(const Tickets&) = delete;
  Tickets& operator=(const Tickets&) = delete;

  // A ticket's constructor and destructor call these.
  void enter(Ticket& ticket);
  void leave(Ticket& ticket);

  // Calls `look` with the first ticket that `wanted` accepts, which stays alive meanwhile; false if there is none.
  // Walks all of them.
  bool find(const std::function<bool(const Ticket&)>& wanted,
            const std::function<void(const Ticket&)>& look) const;

  // Records that were destroyed before they had ended: a defect, unless the run is given up, where none is counted.
  std::uint64_t abandoned() const { return abandoned_.load(std::memory_order_relaxed); }

 private:
  const std::atomic<bool>& discarding_;
  std::atomic<std::uint64_t> abandoned_{0};
  mutable std::mutex mutex_;
  Ticket* first_ = nullptr;  // under mutex_, as the links between tickets
};

}  // namespace radflow
