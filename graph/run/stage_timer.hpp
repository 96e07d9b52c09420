// StageTimer: hands messages back to their stage when their time has come; without a message it tells a stage that its
// batch is due. One thread, started by the first of them; no worker sleeps. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace radflow {

class Message;

class StageTimer {
 public:
  using Put = std::function<void(std::size_t stage, Message*)>;
  explicit StageTimer(Put put) : put_{std::move(put)} {}

  void after(std::chrono::milliseconds delay, std::size_t stage, Message* message);
  // Hands back at once what still waits, and all that comes later.
  void close();

 private:
  struct Waiting {
    std::size_t stage;
    Message* message;
  };
  void run(const std::stop_token& stop);

  Put put_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::multimap<std::chrono::steady_clock::time_point, Waiting> waiting_;  // under mutex_
  bool closed_ = false;                                                    // under mutex_
  std::jthread thread_;
};

}  // namespace radflow
