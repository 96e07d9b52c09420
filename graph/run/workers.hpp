// Workers: the stages as oneTBB nodes. A stage is a queue of messages with a limit on how many are computed at the same
// time; the oneTBB graph has no edge, the messages know their way. The only user of the flow graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace radflow {

class Message;

class Workers {
 public:
  struct Stage {
    int concurrency = 0;  // 0: unlimited, bounded by the workers
    // `worker`: below places(workers).
    std::function<void(Message*, std::size_t worker)> body;
  };

  // Numbers that workers have. A oneTBB arena has two places at least;
  // one worker is now in this, now in that.
  static constexpr std::size_t places(int workers) {
    return static_cast<std::size_t>(workers > 2 ? workers : 2);
  }

  // An exception that left a oneTBB body would cancel the whole graph, so what a stage's body throws goes to `failed`,
  // on the worker, and the other messages go on.
  using Failed = std::function<void(const std::exception_ptr&)>;
  Workers(int workers, std::vector<Stage> stages, Failed failed);
  ~Workers();

  // Hands a message to a stage, or a null pointer where the stage knows itself what to do. Never waits. Any thread.
  void put(std::size_t stage, Message* message);
  // Messages that wait for that stage.
  std::int64_t waiting(std::size_t stage) const;
  // Waits until nothing runs any more.
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace radflow
