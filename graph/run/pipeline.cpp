#include "graph/pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "graph/run/guarded_call.hpp"
#include "graph/run/run.hpp"
#include "graph/unused.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Plan with_workers(Plan plan) {
  if (plan.workers <= 0) plan.workers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return plan;
}

}  // namespace

class Pipeline::Impl {
 public:
  explicit Impl(Plan plan) : run_{with_workers(without_unused(std::move(plan))), [this] { stop(); }} {}

  ~Impl() {
    stop();
    run_.state().deadline->due(Clock::now() + milliseconds{run_.state().plan.close_ms});
    threads_.clear();
    run_.close();
  }

  void start() {
    start_sinks();
    const std::lock_guard lock{mutex_};
    started_ = true;
    run_.start();
    reading_ = run_.state().sources.size();
    for (std::size_t i = 0; i < run_.state().sources.size(); ++i)
      threads_.emplace_back([this, i] { read(i); });
  }

  bool wait() {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return reading_ == 0; });
    }
    threads_.clear();
    const bool drained = drain();
    const bool flushed = flush();
    run_.state().deadline->due(Clock::now() + milliseconds{run_.state().plan.close_ms});
    // What is done is committed, whatever is left.
    const auto sources = static_cast<std::int64_t>(run_.state().sources.size());
    for (std::size_t i = 0; i < run_.state().sources.size(); ++i) {
      const ShutdownDeadline::Wait waiting{*run_.state().deadline, run_.state().source_name(i)};
      // Half of the time for all of them: closing takes some, too.
      run_.state().sources[i]->finish(
          milliseconds{std::min<std::int64_t>(10'000, run_.state().plan.close_ms / 2 / sources)});
    }
    started_ = false;
    {
      const std::lock_guard lock{mutex_};
      if (!stop_at_) run_.state().deadline->put_off();  // the owner may take its time until it destroys this
    }
    return drained && flushed && !run_.state().failure();
  }

  void stop() {
    {
      const std::lock_guard lock{mutex_};
      if (!stop_at_) stop_at_ = Clock::now();
      run_.state().deadline->due(*stop_at_ +
                                 milliseconds{run_.state().plan.drain_ms + run_.state().plan.close_ms});
      stop_.request_stop();
    }
    if (started_) run_.stop_time();
    changed_.notify_all();
  }

  Run& run() { return run_; }
  bool running() const { return started_; }
  bool cut_short() const { return cut_short_; }

 private:
  void start_sinks() {
    for (std::size_t i = 0; i < run_.state().sinks.size(); ++i) {
      try {
        run_.state().sinks[i]->start();
      } catch (...) {
        run_.state().fail(run_.state().sink_name(i) + ": " + text_of(std::current_exception()));
      }
    }
  }

  void read(std::size_t i) {
    const ShutdownDeadline::Wait waiting{*run_.state().deadline, run_.state().source_name(i)};
    try {
      run_.state().sources[i]->run(run_.intake(i), stop_.get_token());
      if (stop_.stop_requested() && run_.state().sources[i]->has_end()) cut_short_ = true;
    } catch (...) {
      run_.state().fail(run_.state().source_name(i) + ": " + text_of(std::current_exception()));
    }
    {
      const std::lock_guard lock{mutex_};
      --reading_;
    }
    changed_.notify_all();
  }

  Clock::time_point deadline() const {
    const std::lock_guard lock{mutex_};
    return stop_at_ ? *stop_at_ + milliseconds{run_.state().plan.drain_ms} : Clock::time_point::max();
  }

  // Without a stop it takes as long as it takes; a stop that comes meanwhile sets the deadline.
  bool drain() {
    while (true) {
      const Clock::time_point now = Clock::now();
      const Clock::time_point last = deadline();
      if (last != Clock::time_point::max()) run_.drop_groups();
      if (run_.drain(std::min(last, now + milliseconds{100}))) return true;
      if (Clock::now() >= last || run_.state().broken_off()) return false;
    }
  }

  bool flush() {
    bool all = true;
    for (std::size_t i = 0; i < run_.state().sinks.size(); ++i) {
      const ShutdownDeadline::Wait waiting{*run_.state().deadline, run_.state().sink_name(i)};
      const auto left = std::chrono::duration_cast<milliseconds>(
          std::min(deadline(), Clock::now() + std::chrono::hours{1}) - Clock::now());
      all = run_.state().sinks[i]->flush(std::max(left, milliseconds{100})) && all;
    }
    return all;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::stop_source stop_;
  std::optional<Clock::time_point> stop_at_;  // under mutex_
  std::size_t reading_ = 0;                   // under mutex_: sources whose run() has not returned
  std::atomic<bool> started_{false}, cut_short_{false};
  Run run_;
  std::vector<std::jthread> threads_;
};

Pipeline::Pipeline(Plan plan) : impl_{std::make_unique<Impl>(std::move(plan))} {}
Pipeline::~Pipeline() = default;
void Pipeline::start() { impl_->start(); }
bool Pipeline::wait() { return impl_->wait(); }
void Pipeline::stop() { impl_->stop(); }
bool Pipeline::cut_short() const { return impl_->cut_short(); }
bool Pipeline::has_end() const {
  return std::ranges::all_of(impl_->run().state().sources,
                             [](const auto& source) { return source->has_end(); });
}
std::optional<std::string> Pipeline::failure() const { return impl_->run().state().failure(); }
std::shared_ptr<const ShutdownDeadline> Pipeline::shutdown_deadline() const {
  return impl_->run().state().deadline;
}
const Plan& Pipeline::plan() const { return impl_->run().state().plan; }

PipelineStats Pipeline::stats() const {
  PipelineStats stats = impl_->run().stats();
  stats.running = impl_->running();
  return stats;
}

bool Pipeline::ready() const {
  if (!impl_->running()) return false;
  const PipelineStats now = impl_->run().stats();
  return std::ranges::all_of(now.sources, &std::string::empty, &SourceStats::not_ready) &&
         std::ranges::all_of(now.sinks, &std::string::empty, &SinkStats::not_ready);
}

}  // namespace radflow
