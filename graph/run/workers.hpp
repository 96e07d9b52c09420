// Workers: the stages as oneTBB nodes. The only user of the flow graph, behind one plain interface.
//
// A oneTBB task costs as much as ten trivial nodes, so messages wait in an inbox of their stage and a task
// takes as many of them as are worked off in the time that makes a task worth its while: one of those that
// take long, several of those that take no time.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace radflow {

class Message;

class Workers {
 public:
  struct Stage {
    int concurrency = 0;  // 0: unlimited, bounded by the workers
    // `worker`: below places(workers). Must not throw: an exception would cancel the whole graph.
    std::function<void(std::span<Message* const>, std::size_t worker)> body;
  };

  // Numbers that workers have. A oneTBB arena has two places at least; one worker is now in this, now in
  // that.
  static constexpr std::size_t places(int workers) {
    return static_cast<std::size_t>(workers > 2 ? workers : 2);
  }

  Workers(int workers, std::vector<Stage> stages);
  ~Workers();

  // Hands a message to a stage. Never waits. Any thread.
  void put(std::size_t stage, Message* message);
  // How long a message of that stage takes.
  void took(std::size_t stage, std::chrono::nanoseconds duration);
  // Messages that wait for that stage.
  std::size_t waiting(std::size_t stage) const;
  // Until nothing runs any more.
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace radflow
