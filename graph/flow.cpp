#include "graph/flow.hpp"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace radflow {

namespace flow = oneapi::tbb::flow;

// Debian's oneTBB is not built for ThreadSanitizer, which therefore cannot see that a message handed to a
// node was written before the node's body runs. These two say so; elsewhere they are nothing.
#ifdef RADFLOW_TSAN
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
namespace {
void happens_before(void* what) { __tsan_release(what); }
void happens_after(void* what) { __tsan_acquire(what); }
}  // namespace
#else
namespace {
void happens_before(void*) {}
void happens_after(void*) {}
}  // namespace
#endif

// The graph is built inside an arena without places for outside threads, and one thread more than the workers
// is allowed for, so that a source's thread hands over tasks without becoming a worker: measured, twice the
// throughput.
class Flow::Impl {
 public:
  Impl(int workers, std::vector<Stage> stages)
      : workers_{static_cast<std::size_t>(workers)},
        control_{oneapi::tbb::global_control::max_allowed_parallelism, workers_ + 1},
        arena_{workers, 0} {
    arena_.execute([&] {
      graph_ = std::make_unique<flow::graph>();
      for (Stage& stage : stages) {
        // Never unlimited: a message that comes while all workers are busy is queued in the node, which costs
        // less than a task of its own and a wake-up from an outside thread.
        const std::size_t concurrency =
            stage.concurrency > 0 ? static_cast<std::size_t>(stage.concurrency) : workers_;
        nodes_.push_back(std::make_unique<Node>(*graph_, concurrency, Body{this, std::move(stage.body)}));
      }
    });
    happens_before(this);
  }

  void put(std::size_t stage, Activation* message) {
    happens_before(message);
    nodes_[stage]->try_put(message);
  }
  void wait() {
    graph_->wait_for_all();
    happens_after(this);
  }

  std::size_t worker() const {
    const int index = oneapi::tbb::this_task_arena::current_thread_index();
    return index >= 0 && static_cast<std::size_t>(index) < workers_ ? static_cast<std::size_t>(index)
                                                                    : workers_;
  }

 private:
  using Node = flow::function_node<Activation*, flow::continue_msg>;

  struct Body {
    Impl* impl;
    std::function<void(Activation*)> run;

    flow::continue_msg operator()(Activation* message) const {
      happens_after(impl);
      happens_after(message);
      run(message);
      happens_before(impl);
      return {};
    }
  };

  const std::size_t workers_;
  oneapi::tbb::global_control control_;
  oneapi::tbb::task_arena arena_;
  std::unique_ptr<flow::graph> graph_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

Flow::Flow(int workers, std::vector<Stage> stages)
    : impl_{std::make_unique<Impl>(workers, std::move(stages))} {}
Flow::~Flow() = default;
void Flow::put(std::size_t stage, Activation* message) { impl_->put(stage, message); }
void Flow::wait() { impl_->wait(); }
std::size_t Flow::worker() const { return impl_->worker(); }

}  // namespace radflow
