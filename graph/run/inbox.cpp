#include "graph/run/inbox.hpp"

#include <algorithm>
#include <utility>

namespace radflow {

bool Inbox::push(Message* message) {
  const oneapi::tbb::spin_mutex::scoped_lock lock{mutex_};
  messages_.push_back(message);
  return !std::exchange(called_, true);
}

Inbox::Taken Inbox::take(std::span<Message*> into) {
  const oneapi::tbb::spin_mutex::scoped_lock lock{mutex_};
  const std::size_t count = std::min(into.size(), messages_.size());
  const auto end = messages_.begin() + static_cast<std::ptrdiff_t>(count);
  std::copy(messages_.begin(), end, into.begin());
  messages_.erase(messages_.begin(), end);
  called_ = !messages_.empty();
  return {count, called_};
}

std::size_t Inbox::size() const {
  const oneapi::tbb::spin_mutex::scoped_lock lock{mutex_};
  return messages_.size();
}

}  // namespace radflow
