// LiveTickets: every record that has not ended, so that one that holds a frontier can be found and explained.
// Thread-safe; entering and leaving cost one uncontended lock each, finding walks all of them.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <mutex>

namespace radflow {

class Ticket;

// What a ticket carries to be in the list.
struct LiveLink {
  Ticket* before = nullptr;
  Ticket* after = nullptr;
  std::size_t shard = 0;
};

class LiveTickets {
 public:
  void enter(Ticket& ticket);
  void leave(Ticket& ticket);
  // Calls `look` with the first ticket that `wanted` accepts, which stays alive meanwhile; false if there is
  // none.
  bool find(const std::function<bool(const Ticket&)>& wanted, const std::function<void(const Ticket&)>& look);

 private:
  struct alignas(64) Shard {
    std::mutex mutex;
    Ticket* first = nullptr;
  };
  std::array<Shard, 16> shards_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace radflow
