// HoldingQueue: what a sink has been given and not yet written. One thread of its own writes; while the
// surroundings do not let it (disk full), it holds everything, says so every 30 s and tries again until it
// works, or as often as `retry` says; then it gives up everything, also what comes later, by a transient
// Error. Thread-safe. Destroyed with items left, it gives them up without acknowledgement: their positions
// are not done.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connectors/log.hpp"
#include "graph/connector.hpp"

namespace radflow {

// `Item` has a member `Acknowledge acknowledge`.
template <typename Item>
class HoldingQueue {
 public:
  struct Attempt {
    std::size_t written = 0;  // items from the first on: they are acknowledged
    std::string wrong;        // why not all of them; "" if all
  };
  using Write = std::function<Attempt(std::span<Item>)>;

  // `name` is for the log: "ndjson results.ndjson". `write` is called on the queue's thread only.
  HoldingQueue(std::string name, Retry retry, Write write)
      : name_{std::move(name)},
        retry_{retry},
        write_{std::move(write)},
        thread_{[this](std::stop_token stop) { run(stop); }} {}
  ~HoldingQueue() {
    thread_.request_stop();
    thread_.join();
  }

  void push(Item item) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(item));
      ++open_;
    }
    changed_.notify_all();
  }

  // True if everything pushed so far, and since, was acknowledged within `longest`.
  bool flush(std::chrono::milliseconds longest) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, longest, [this] { return open_ == 0; });
  }

  // Why it holds back; "" while it does not.
  std::string not_ready() const {
    const std::lock_guard lock{mutex_};
    return holding_ ? fmt::format("{}: holding {} outputs and trying again", wrong_, open_) : "";
  }

 private:
  void run(const std::stop_token& stop) {
    std::vector<Item> batch;
    while (true) {
      {
        std::unique_lock lock{mutex_};
        if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
        std::swap(batch, waiting_);
      }
      if (!write_all(batch, stop)) return;
      batch.clear();
    }
  }

  bool write_all(std::span<Item> left, const std::stop_token& stop) {
    const std::chrono::milliseconds first{retry_.backoff_ms};
    const auto longest = std::max(first, std::chrono::milliseconds{1000});
    auto pause = first;
    int retries = 0;
    while (!left.empty()) {
      if (gave_up_) {
        for (Item& item : left) item.acknowledge(gave_up_);
        const std::lock_guard lock{mutex_};
        open_ -= left.size();
        changed_.notify_all();
        break;
      }
      const Attempt attempt = write_(left);
      for (Item& item : left.first(attempt.written)) item.acknowledge(std::nullopt);
      left = left.subspan(attempt.written);

      std::unique_lock lock{mutex_};
      open_ -= attempt.written;
      if (left.empty() && holding_) log_info(name_ + ": writing again", named(name_, {}));
      const auto now = std::chrono::steady_clock::now();
      if (!left.empty() && (!holding_ || now - said_ >= std::chrono::seconds{30})) {
        said_ = now;
        log_error(fmt::format("{}: {}; holding {} outputs and trying again {}", name_, attempt.wrong, open_,
                              retry_.times > 0 ? fmt::format("{} times", retry_.times) : "until it works"),
                  named(name_, {{"cause", attempt.wrong}, {"count", open_}}));
      }
      holding_ = !left.empty();
      wrong_ = attempt.wrong;
      changed_.notify_all();
      if (!holding_) break;
      if (attempt.written > 0) {
        pause = first;
        retries = 0;
      }
      if (retry_.times > 0 && retries++ == retry_.times) {
        gave_up_ =
            Error{"unwritable",
                  fmt::format("{} ({}, tried again {} times)", attempt.wrong, name_, retry_.times), true};
        continue;
      }
      changed_.wait_for(lock, stop, pause, [] { return false; });
      if (stop.stop_requested()) return false;
      pause = std::min(pause * 2, longest);
    }
    return true;
  }

  const std::string name_;
  const Retry retry_;
  const Write write_;
  // Used by the writer thread only, so mutex_ does not guard it; the same holds for said_: when it last logged a failure.
  std::optional<Error> gave_up_;
  std::chrono::steady_clock::time_point said_{};
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Item> waiting_;
  std::size_t open_ = 0;  // pushed and not acknowledged
  bool holding_ = false;
  std::string wrong_;    // why it does
  std::jthread thread_;  // last: it uses the others
};

}  // namespace radflow
