// Progress: where a source that numbers its own records stands. Thread-safe.
#pragma once

#include <mutex>
#include <utility>

#include "connectors/frontier.hpp"
#include "graph/connector.hpp"

namespace radflow {

class Progress {
 public:
  // `end` is the number of records there will be; -1: unknown.
  Progress(std::string topic, std::int64_t end) : topic_{std::move(topic)}, end_{end} {}

  const std::string& topic() const { return topic_; }
  // Before the source runs.
  void stand_in(std::int32_t partition) { partition_ = partition; }
  Position position(std::int64_t offset) const { return {topic_, partition_, offset}; }

  // Before the record is admitted: done() may follow at once.
  void admit(std::int64_t offset) {
    const std::lock_guard lock{mutex_};
    frontier_.admit(offset, std::chrono::steady_clock::now());
  }
  // Also of what waits in a group: nothing is committed here, and it holds nothing up.
  void done(const Position& position) {
    const std::lock_guard lock{mutex_};
    frontier_.done(position.offset, std::chrono::steady_clock::now());
  }
  std::vector<PartitionStatus> status() const {
    const std::lock_guard lock{mutex_};
    return {{topic_, partition_, frontier_.position(), end_, frontier_.pending(),
             frontier_.age(std::chrono::steady_clock::now()).count()}};
  }

 private:
  mutable std::mutex mutex_;
  Frontier frontier_;
  std::string topic_;
  std::int32_t partition_ = 0;
  std::int64_t end_;
};

}  // namespace radflow
