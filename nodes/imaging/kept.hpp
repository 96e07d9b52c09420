// Kept: what a node works out from its parameters and from what the last frames were like (their size, their window), so
// that the next frame of the kind finds it made. Thread-safe; copies share what is kept.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace radflow {

template <typename Key, typename Value>
class Kept {
 public:
  // make() is called where there is nothing for the key; twice by two threads that come at once, of which one is kept.
  template <typename Make>
  std::shared_ptr<const Value> get(const Key& key, const Make& make) const {
    {
      const std::lock_guard lock{state_->mutex};
      for (const auto& [kept_key, value] : state_->entries)
        if (kept_key == key) return value;
    }
    auto value = std::make_shared<const Value>(make());
    const std::lock_guard lock{state_->mutex};
    auto& entries = state_->entries;
    if (entries.size() == most) entries.erase(entries.begin());
    entries.emplace_back(key, value);
    return value;
  }

 private:
  static constexpr std::size_t most = 8;
  struct State {
    std::mutex mutex;
    std::vector<std::pair<Key, std::shared_ptr<const Value>>> entries;  // the oldest first
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace radflow
