#include "graph/run/budget.hpp"

namespace radflow {
bool Budget::may_compute() {
  if (computing_.load(std::memory_order_relaxed) < most_computing_) return true;
  short_of_.store(0, std::memory_order_relaxed);
  return false;
}

bool Budget::reserve(std::int64_t bytes) {
  std::int64_t now = bytes_.load(std::memory_order_relaxed);
  do {
    if (now > 0 && now + bytes > limit_) {
      short_of_.store(bytes, std::memory_order_relaxed);
      return false;
    }
  } while (!bytes_.compare_exchange_weak(now, now + bytes, std::memory_order_relaxed));
  return true;
}

bool Budget::try_admit(std::int64_t bytes) {
  if (!may_compute() || !reserve(bytes)) return false;
  computing_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool Budget::try_admit_reserved(std::int64_t bytes, std::int64_t reserved) {
  if (!may_compute()) return false;
  computing_.fetch_add(1, std::memory_order_relaxed);
  if (bytes >= reserved)
    bytes_.fetch_add(bytes - reserved, std::memory_order_relaxed);
  else
    release(reserved - bytes);
  return true;
}

bool Budget::charge(std::int64_t bytes) {
  if (bytes > limit_) return false;
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  return true;
}

void Budget::end_computing() {
  computing_.fetch_sub(1, std::memory_order_seq_cst);
  wake_if_room();
}

void Budget::release(std::int64_t bytes) {
  bytes_.fetch_sub(bytes, std::memory_order_seq_cst);
  wake_if_room();
}

void Budget::wake_if_room() {
  if (waiting_.load(std::memory_order_seq_cst) > 0 && may_have_room()) wake();
}

bool Budget::may_have_room() const {
  // Woken at half of the cap: one wake-up serves several records.
  if (const std::int64_t bytes = short_of_.load(std::memory_order_relaxed); bytes > 0) {
    const std::int64_t now = bytes_.load(std::memory_order_seq_cst);
    return now <= 0 || now + bytes <= limit_;
  }
  return computing_.load(std::memory_order_seq_cst) <= most_computing_ / 2;
}

void Budget::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  waiting_.fetch_add(1, std::memory_order_seq_cst);
  room_.wait_for(lock, longest, [&] { return closed_.load() || may_have_room(); });
  waiting_.fetch_sub(1, std::memory_order_seq_cst);
}

void Budget::wake() {
  // Taking the mutex closes the gap between a waiter's test and its sleep.
  { const std::lock_guard lock{mutex_}; }
  room_.notify_all();
}

void Budget::close() {
  closed_ = true;
  wake();
}

}  // namespace radflow
