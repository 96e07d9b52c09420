// FeatureNames: "<node>.<index>" for any number of features, made once per number and shared by all messages.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace radflow {

class FeatureNames {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;

  explicit FeatureNames(std::string node) : node_{std::move(node)} {}
  // Moves while a node is built, before it is called.
  FeatureNames(FeatureNames&& other) noexcept
      : node_{std::move(other.node_)}, made_{std::move(other.made_)} {}

  // texture.000 ... texture.255: indices as wide as the last one. Called concurrently.
  Names numbered(std::size_t count) const {
    const std::scoped_lock lock{mutex_};
    Names& names = made_[count];
    if (!names) {
      const std::size_t width = std::to_string(count > 0 ? count - 1 : 0).size();
      std::vector<std::string> list;
      for (std::size_t i = 0; i < count; ++i) list.push_back(fmt::format("{}.{:0{}}", node_, i, width));
      names = std::make_shared<const std::vector<std::string>>(std::move(list));
    }
    return names;
  }

 private:
  std::string node_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, Names> made_;
};

}  // namespace radflow
