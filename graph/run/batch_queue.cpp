#include "graph/run/batch_queue.hpp"

#include <algorithm>

namespace radflow {

std::size_t BatchQueue::first_unpromised() const {
  return std::min(waiting_.size(), promised_ * static_cast<std::size_t>(plan_.size));
}

// Under the lock. Returns true if ready() is to be called.
bool BatchQueue::promise_if_due(Clock::time_point now) {
  const std::size_t first = first_unpromised();
  const std::size_t unpromised = waiting_.size() - first;
  if (unpromised == 0) return false;
  if (!closed_ && unpromised < static_cast<std::size_t>(plan_.size) &&
      now - waiting_[first].since < std::chrono::milliseconds{plan_.wait_ms})
    return false;
  ++promised_;
  return true;
}

void BatchQueue::add(Message* message) {
  const auto now = Clock::now();
  bool ready = false, later = false;
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({message, now});
    ready = promise_if_due(now);
    if (!ready && first_unpromised() < waiting_.size()) later = !std::exchange(timed_, true);
  }
  if (ready) calls_.ready();
  if (later) calls_.later(std::chrono::milliseconds{plan_.wait_ms});
}

void BatchQueue::due() {
  const auto now = Clock::now();
  bool ready = false;
  std::optional<Clock::duration> left;
  {
    const std::lock_guard lock{mutex_};
    timed_ = false;
    ready = promise_if_due(now);
    if (const std::size_t first = first_unpromised(); first < waiting_.size()) {
      left = waiting_[first].since + std::chrono::milliseconds{plan_.wait_ms} - now;
      timed_ = true;
    }
  }
  if (ready) calls_.ready();
  if (left) calls_.later(std::chrono::ceil<std::chrono::milliseconds>(*left));
}

void BatchQueue::close() {
  bool ready = false;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    ready = promise_if_due(Clock::now());
  }
  if (ready) calls_.ready();
}

std::vector<Message*> BatchQueue::take() {
  const std::lock_guard lock{mutex_};
  --promised_;
  const std::size_t count = std::min(waiting_.size(), static_cast<std::size_t>(plan_.size));
  std::vector<Message*> taken;
  taken.reserve(count);
  for (std::size_t i = 0; i < count; ++i) taken.push_back(waiting_[i].message);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  return taken;
}

std::int64_t BatchQueue::waiting() const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::int64_t>(waiting_.size());
}

void BatchQueue::called(std::size_t size) {
  const std::lock_guard lock{mutex_};
  const auto bucket = std::ranges::lower_bound(BatchStats::bounds, size) - BatchStats::bounds.begin();
  ++sizes_[static_cast<std::size_t>(bucket)];
  messages_ += size;
}

BatchStats BatchQueue::stats(std::string node) const {
  const std::lock_guard lock{mutex_};
  return {std::move(node), sizes_, messages_};
}

}  // namespace radflow
