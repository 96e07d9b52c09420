#include "graph/run/workers.hpp"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>

namespace radflow {

namespace flow = oneapi::tbb::flow;

// Debian's oneTBB is not built for ThreadSanitizer, which therefore cannot see that a message is handed over from one
// thread to another, that a thread takes a worker's place only after the thread before has left it, nor that all tasks
// have ended when the graph is waited for. These two say so; elsewhere they are nothing.
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
// is allowed for, so that a source's thread hands over tasks without becoming a worker:
// measured, twice the throughput.
class Workers::Impl {
 public:
  Impl(int workers, std::vector<Stage> stages, Failed failed)
      : failed_{std::move(failed)},
        places_(places(workers)),
        control_{oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers) + 1},
        arena_{workers, 0} {
    arena_.execute([&] {
      graph_ = std::make_unique<flow::graph>();
      for (Stage& stage : stages)
        running_.push_back(std::make_unique<Running>(
            *graph_, static_cast<std::size_t>(stage.concurrency > 0 ? stage.concurrency : workers),
            std::move(stage.body), failed_, places_));
    });
    happens_before(graph_.get());
  }

  void put(std::size_t stage, Message* message) {
    running_[stage]->waiting.fetch_add(1, std::memory_order_relaxed);
    happens_before(handed_over(*running_[stage], message));
    running_[stage]->node.try_put(message);
  }
  std::int64_t waiting(std::size_t stage) const {
    return running_[stage]->waiting.load(std::memory_order_relaxed);
  }
  void wait() {
    graph_->wait_for_all();
    happens_after(graph_.get());
  }

 private:
  struct Place {};  // where a thread works: one at a time
  struct Running {
    Running(flow::graph& graph, std::size_t concurrency, std::function<void(Message*, std::size_t)> run,
            const Failed& failed, std::vector<Place>& places)
        : body{std::move(run)}, node{graph, concurrency, [this, &graph, &failed, &places](Message* message) {
                                       const auto worker = static_cast<std::size_t>(
                                           oneapi::tbb::this_task_arena::current_thread_index());
                                       waiting.fetch_sub(1, std::memory_order_relaxed);
                                       happens_after(handed_over(*this, message));
                                       happens_after(&places[worker]);
                                       try {
                                         body(message, worker);
                                       } catch (...) {
                                         failed(std::current_exception());
                                       }
                                       happens_before(&places[worker]);
                                       happens_before(&graph);
                                       return flow::continue_msg{};
                                     }} {}

    std::atomic<std::int64_t> waiting{0};
    const std::function<void(Message*, std::size_t)> body;
    flow::function_node<Message*, flow::continue_msg> node;
  };

  // What a call follows: its message, or without one all that was put before.
  static void* handed_over(Running& running, Message* message) {
    return message ? static_cast<void*>(message) : &running;
  }

  const Failed failed_;
  std::vector<Place> places_;
  oneapi::tbb::global_control control_;
  oneapi::tbb::task_arena arena_;
  std::unique_ptr<flow::graph> graph_;
  std::vector<std::unique_ptr<Running>> running_;
};

Workers::Workers(int workers, std::vector<Stage> stages, Failed failed)
    : impl_{std::make_unique<Impl>(workers, std::move(stages), std::move(failed))} {}
Workers::~Workers() = default;
void Workers::put(std::size_t stage, Message* message) { impl_->put(stage, message); }
std::int64_t Workers::waiting(std::size_t stage) const { return impl_->waiting(stage); }
void Workers::wait() { impl_->wait(); }

}  // namespace radflow
