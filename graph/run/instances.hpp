// Instances of a node that may not be called concurrently, where fewer of them than workers are: each call has one for
// itself. There are as many as the node's `concurrency` lets calls run, so that one is always free. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "graph/node_body.hpp"

namespace radflow {

class Instances {
 public:
  explicit Instances(const std::vector<std::unique_ptr<NodeBody>>& all) {
    for (const auto& one : all) free_.push_back(one.get());
  }

  NodeBody* take() {
    const std::lock_guard lock{mutex_};
    NodeBody* one = free_.back();
    free_.pop_back();
    return one;
  }
  void give_back(NodeBody* one) {
    const std::lock_guard lock{mutex_};
    free_.push_back(one);
  }

 private:
  std::mutex mutex_;
  std::vector<NodeBody*> free_;
};

}  // namespace radflow
