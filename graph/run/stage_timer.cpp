#include "graph/run/stage_timer.hpp"

namespace radflow {

using Clock = std::chrono::steady_clock;

void StageTimer::after(std::chrono::milliseconds delay, std::size_t stage, Message* message) {
  {
    const std::lock_guard lock{mutex_};
    if (!closed_) {
      waiting_.emplace(Clock::now() + delay, Waiting{stage, message});
      if (!thread_.joinable()) thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
      changed_.notify_all();
      return;
    }
  }
  put_(stage, message);
}

void StageTimer::run(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (!stop.stop_requested()) {
    if (waiting_.empty()) {
      changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
      continue;
    }
    const auto due = waiting_.begin()->first;
    if (Clock::now() < due) {
      changed_.wait_until(lock, stop, due,
                          [&] { return !waiting_.empty() && waiting_.begin()->first < due; });
      continue;
    }
    const Waiting next = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    lock.unlock();
    put_(next.stage, next.message);
    lock.lock();
  }
}

void StageTimer::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  for (const auto& [due, waiting] : waiting_) put_(waiting.stage, waiting.message);
  waiting_.clear();
}

}  // namespace radflow
