// Flow: the stages as oneTBB nodes. The only user of the flow graph, behind one plain interface.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace radflow {

class Activation;

class Flow {
 public:
  struct Stage {
    int concurrency = 0;                    // 0: unlimited, bounded by the workers
    std::function<void(Activation*)> body;  // must not throw: an exception would cancel the whole graph
  };

  Flow(int workers, std::vector<Stage> stages);
  ~Flow();

  // Hands a message to a stage. Never waits. Any thread.
  void put(std::size_t stage, Activation* message);
  // Until nothing runs any more.
  void wait();

  // Which worker runs this thread, 0 to workers - 1; `workers` on any thread outside the arena.
  std::size_t worker() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace radflow
