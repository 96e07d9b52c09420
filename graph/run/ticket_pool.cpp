#include "graph/run/ticket_pool.hpp"

#include <array>
#include <cstddef>

#include "graph/run/run_state.hpp"
#include "graph/run/ticket.hpp"

namespace radflow {

struct alignas(64) TicketPool::Place {
  Place(RunState& run, Endings& endings, std::size_t source) : ticket{run, endings, source} {}

  std::atomic<bool> taken{false};
  Place* next = nullptr;
  alignas(std::max_align_t) std::array<std::byte, 48> lease;
  Ticket ticket;
};

// What a shared pointer to a ticket counts: when the last one goes, so does the ticket.
class TicketPool::Lease {
 public:
  Lease(TicketPool& pool, Place& place) : pool_{pool}, place_{place} {}
  ~Lease() { pool_.leave(place_); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  TicketPool& pool_;
  Place& place_;
};

// For std::allocate_shared: the lease and its counts lie beside the ticket.
template <typename T>
struct TicketPool::Allocator {
  using value_type = T;

  Allocator(TicketPool& of, Place& at) : pool{&of}, place{&at} {}
  template <typename U>
  Allocator(const Allocator<U>& other) : pool{other.pool}, place{other.place} {}

  T* allocate(std::size_t) {
    static_assert(sizeof(T) <= sizeof(Place::lease));
    return reinterpret_cast<T*>(place->lease.data());
  }
  void deallocate(T*, std::size_t) { pool->give_back(*place); }
  bool operator==(const Allocator&) const = default;

  TicketPool* pool;
  Place* place;
};

TicketPool::TicketPool(RunState& run, Endings& endings, std::size_t source)
    : run_{run}, endings_{endings}, source_{source} {}
TicketPool::~TicketPool() = default;

std::shared_ptr<Ticket> TicketPool::make(Record&& record, std::int64_t charged,
                                         const std::vector<int>& reachable) {
  Place& place = take();
  std::shared_ptr<Ticket> ticket{std::allocate_shared<Lease>(Allocator<Lease>{*this, place}, *this, place),
                                 &place.ticket};
  ticket->assign(std::move(record), charged, reachable, ticket);
  place.taken.store(true, std::memory_order_release);
  return ticket;
}

TicketPool::Place& TicketPool::take() {
  if (!free_) free_ = returned_.exchange(nullptr, std::memory_order_acquire);
  if (!free_) {
    const std::lock_guard lock{mutex_};
    free_ = &places_.emplace_back(run_, endings_, source_);
  }
  Place& place = *free_;
  free_ = place.next;
  return place;
}

// Nobody finds the ticket from now on, and nobody looks at it: either find() sees that it has left, or
// leave() sees that somebody looks, and waits: both write before they read.
void TicketPool::leave(Place& place) {
  place.taken.store(false, std::memory_order_seq_cst);
  if (looking_.load(std::memory_order_seq_cst)) const std::lock_guard lock{mutex_};
  if (!place.ticket.reset() && !run_.discarding) abandoned_.fetch_add(1, std::memory_order_relaxed);
}

void TicketPool::give_back(Place& place) {
  Place* top = returned_.load(std::memory_order_relaxed);
  do place.next = top;
  while (!returned_.compare_exchange_weak(top, &place, std::memory_order_release, std::memory_order_relaxed));
}

bool TicketPool::find(const std::function<bool(const Ticket&)>& wanted,
                      const std::function<void(const Ticket&)>& look) {
  const std::lock_guard lock{mutex_};
  looking_.store(true, std::memory_order_seq_cst);
  const Ticket* const found = first(wanted);
  if (found) look(*found);
  looking_.store(false, std::memory_order_release);
  return found;
}

const Ticket* TicketPool::first(const std::function<bool(const Ticket&)>& wanted) const {
  for (const Place& place : places_)
    if (place.taken.load(std::memory_order_seq_cst) && wanted(place.ticket)) return &place.ticket;
  return nullptr;
}

}  // namespace radflow
