#include "graph/run/workers.hpp"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "graph/run/inbox.hpp"

namespace radflow {

namespace flow = oneapi::tbb::flow;

// Debian's oneTBB is not built for ThreadSanitizer, which therefore cannot see that all tasks have ended when
// the graph is waited for. These two say so; elsewhere they are nothing.
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

namespace {

// What one task takes: about this much work, this many messages at most.
constexpr std::chrono::nanoseconds worth_a_task = std::chrono::microseconds{5};
constexpr std::size_t most_of_a_task = 64;

// Says that there are messages in a stage's inbox.
using Call = flow::continue_msg;
using Node = flow::function_node<Call, Call>;

// Of the task that the thread runs: made when it is over.
thread_local std::vector<Node*>* calls_to_make = nullptr;

}  // namespace

// The graph is built inside an arena without places for outside threads, and one thread more than the workers
// is allowed for, so that a source's thread hands over tasks without becoming a worker: measured, twice the
// throughput.
class Workers::Impl {
 public:
  Impl(int workers, std::vector<Stage> stages)
      : control_{oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers) + 1},
        arena_{workers, 0} {
    arena_.execute([&] {
      graph_ = std::make_unique<flow::graph>();
      for (Stage& stage : stages) {
        Running& running = *running_.emplace_back(std::make_unique<Running>());
        running.body = std::move(stage.body);
        running.node = std::make_unique<Node>(
            *graph_, static_cast<std::size_t>(stage.concurrency > 0 ? stage.concurrency : workers),
            [this, &running](Call) {
              happens_after(this);
              run(running);
              happens_before(this);
              return Call{};
            });
      }
    });
    happens_before(this);
  }

  void put(std::size_t stage, Message* message) {
    if (!running_[stage]->inbox.push(message)) return;
    if (calls_to_make)
      calls_to_make->push_back(running_[stage]->node.get());
    else
      running_[stage]->node->try_put({});
  }
  void took(std::size_t stage, std::chrono::nanoseconds duration) {
    const auto messages =
        static_cast<std::size_t>(worth_a_task / std::max(duration, std::chrono::nanoseconds{1}));
    running_[stage]->batch.store(std::clamp(messages, std::size_t{1}, most_of_a_task),
                                 std::memory_order_relaxed);
  }
  std::size_t waiting(std::size_t stage) const { return running_[stage]->inbox.size(); }
  void wait() {
    graph_->wait_for_all();
    happens_after(this);
  }

 private:
  struct Running {
    Inbox inbox;
    std::atomic<std::size_t> batch{1};
    std::function<void(std::span<Message* const>, std::size_t)> body;
    std::unique_ptr<Node> node;
  };

  static void run(Running& stage) {
    const auto worker = static_cast<std::size_t>(oneapi::tbb::this_task_arena::current_thread_index());
    std::array<Message*, most_of_a_task> messages;
    const auto [count, more] =
        stage.inbox.take(std::span{messages}.first(stage.batch.load(std::memory_order_relaxed)));
    if (more) stage.node->try_put({});
    // A node that waits for oneTBB itself is not given other messages meanwhile, which a task made in there
    // would bring it. To isolate every call of a node would cost as much as a trivial node.
    std::vector<Node*> calls;
    calls_to_make = &calls;
    oneapi::tbb::this_task_arena::isolate(
        [&, count = count] { stage.body(std::span{messages}.first(count), worker); });
    calls_to_make = nullptr;
    for (Node* node : calls) node->try_put({});
  }

  oneapi::tbb::global_control control_;
  oneapi::tbb::task_arena arena_;
  std::unique_ptr<flow::graph> graph_;
  std::vector<std::unique_ptr<Running>> running_;
};

Workers::Workers(int workers, std::vector<Stage> stages)
    : impl_{std::make_unique<Impl>(workers, std::move(stages))} {}
Workers::~Workers() = default;
void Workers::put(std::size_t stage, Message* message) { impl_->put(stage, message); }
void Workers::took(std::size_t stage, std::chrono::nanoseconds duration) { impl_->took(stage, duration); }
std::size_t Workers::waiting(std::size_t stage) const { return impl_->waiting(stage); }
void Workers::wait() { impl_->wait(); }

}  // namespace radflow
