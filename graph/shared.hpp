// Shared: what the connectors of one running graph have in common (transactions), one thing of each type.
// Used while connectors are built, by one thread.
#pragma once

#include <memory>
#include <typeindex>
#include <unordered_map>

namespace radflow {

class Shared {
 public:
  // The graph's T; the first who asks makes it. It lives as long as somebody holds it.
  template <typename T>
  std::shared_ptr<T> get() {
    std::weak_ptr<void>& known = things_[typeid(T)];
    if (const std::shared_ptr<void> thing = known.lock()) return std::static_pointer_cast<T>(thing);
    auto made = std::make_shared<T>();
    known = made;
    return made;
  }

 private:
  std::unordered_map<std::type_index, std::weak_ptr<void>> things_;
};

}  // namespace radflow
