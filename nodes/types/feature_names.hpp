// FeatureNames: "<node>.<index>" for any number of features, made once per number and shared by all messages. Nodes that
// give features of parts of a frame have so many for each part: "<node>.r0.c1.<index>".
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

  explicit FeatureNames(const std::string& node) : FeatureNames{std::vector{node + "."}} {}
  // What names begin with, part after part.
  explicit FeatureNames(std::vector<std::string> parts) : parts_{std::move(parts)} {}
  // Moves while a node is built, before it is called.
  FeatureNames(FeatureNames&& other) noexcept
      : parts_{std::move(other.parts_)}, made_{std::move(other.made_)} {}

  // texture.000 ... texture.255: indices as wide as the last one; `count` of them for each part. Called concurrently.
  Names numbered(std::size_t count) const {
    const std::scoped_lock lock{mutex_};
    Names& names = made_[count];
    if (!names) {
      const std::size_t width = std::to_string(count > 0 ? count - 1 : 0).size();
      std::vector<std::string> list;
      for (const std::string& part : parts_)
        for (std::size_t i = 0; i < count; ++i) list.push_back(fmt::format("{}{:0{}}", part, i, width));
      names = std::make_shared<const std::vector<std::string>>(std::move(list));
    }
    return names;
  }

 private:
  std::vector<std::string> parts_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, Names> made_;
};

}  // namespace radflow
