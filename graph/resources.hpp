// Resources: heavy things (a model, a producer of a transaction) that components of one graph share: made once, by the
// first who asks, and kept as long as somebody holds them. Used while components are built, by one thread; what is shared
// must itself bear to be used by several nodes and workers at a time.
//
//   model_ = info.resources->get<const Model>(path, [&] { return std::make_shared<const Model>(load_model(path)); });
#pragma once

#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>

namespace radflow {

class Resources {
 public:
  // The graph's T of this key. What `make` throws, nobody has made.
  template <typename T, typename Make>
  std::shared_ptr<T> get(const std::string& key, Make&& make) {
    std::weak_ptr<const void>& known = things_[{typeid(T), key}];
    // What was put in under this type was a T, whether const or not.
    if (const auto thing = known.lock())
      return std::static_pointer_cast<T>(std::const_pointer_cast<void>(thing));
    std::shared_ptr<T> made = std::forward<Make>(make)();
    things_[{typeid(T), key}] = made;
    return made;
  }
  // The graph's only T.
  template <typename T>
  std::shared_ptr<T> get() {
    return get<T>("", [] { return std::make_shared<T>(); });
  }

 private:
  std::map<std::pair<std::type_index, std::string>, std::weak_ptr<const void>> things_;
};

}  // namespace radflow
