#include "graph/ticket_pool.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "graph/ticket.hpp"

namespace radflow {
namespace {

constexpr std::size_t places_at_once = 64;
constexpr std::size_t shared_ptr_overhead = 64;

}  // namespace

struct alignas(64) TicketPool::Place {
  std::atomic<Ticket*> ticket{nullptr};
  Place* next = nullptr;
  alignas(std::max_align_t) std::array<std::byte, sizeof(Ticket) + shared_ptr_overhead> memory;
};

// For std::allocate_shared: one place holds ticket and reference counts.
template <typename T>
struct TicketPool::Allocator {
  using value_type = T;

  Allocator(TicketPool& of, Place& at) : pool{&of}, place{&at} {}
  template <typename U>
  Allocator(const Allocator<U>& other) : pool{other.pool}, place{other.place} {}

  T* allocate(std::size_t) {
    static_assert(sizeof(T) <= sizeof(Place::memory));
    return reinterpret_cast<T*>(place->memory.data());
  }
  void deallocate(T*, std::size_t) {
    Place* top = pool->returned_.load(std::memory_order_relaxed);
    do place->next = top;
    while (!pool->returned_.compare_exchange_weak(top, place, std::memory_order_release,
                                                  std::memory_order_relaxed));
  }
  bool operator==(const Allocator&) const = default;

  TicketPool* pool;
  Place* place;
};

TicketPool::TicketPool() = default;
TicketPool::~TicketPool() = default;

TicketPool::Place& TicketPool::take() {
  if (!free_) free_ = returned_.exchange(nullptr, std::memory_order_acquire);
  if (!free_) {
    const std::lock_guard lock{mutex_};
    places_.push_back(std::make_unique<Place[]>(places_at_once));
    for (Place& place : std::span{places_.back().get(), places_at_once})
      place.next = std::exchange(free_, &place);
  }
  Place& place = *free_;
  free_ = place.next;
  return place;
}

std::shared_ptr<Ticket> TicketPool::make(Run& run, std::size_t source, Record&& record, std::int64_t charged,
                                         const std::vector<int>& units) {
  Place& place = take();
  auto ticket = std::allocate_shared<Ticket>(Allocator<Ticket>{*this, place}, run, source, std::move(record),
                                             charged, units);
  ticket->place = &place.ticket;
  place.ticket.store(ticket.get(), std::memory_order_release);
  return ticket;
}

// Either find() sees that the ticket has left, or leave() sees that somebody looks, and waits: both write
// before they read.
void TicketPool::leave(Ticket& ticket) {
  ticket.place->store(nullptr, std::memory_order_seq_cst);
  if (looking_.load(std::memory_order_seq_cst)) const std::lock_guard lock{mutex_};
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
  for (const auto& places : places_)
    for (const Place& place : std::span{places.get(), places_at_once})
      if (const Ticket* ticket = place.ticket.load(std::memory_order_seq_cst); ticket && wanted(*ticket))
        return ticket;
  return nullptr;
}

}  // namespace radflow
