// A sink for test graphs: it keeps what it gets and acknowledges from a thread of its own, in any order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "graph/connector.hpp"
#include "tests/graph/numbers.hpp"

namespace radflow::testing {

// Keeps outputs in the order they were submitted; `rule` may refuse one.
class KeepingSink final : public Sink {
 public:
  struct Kept {
    std::int64_t offset = 0;
    std::string key;
    std::uint32_t part = 0;
    std::int64_t number = -1;  // The value of a Number.
    std::string text;          // The bytes of a record.
    std::string error;         // The header radflow-error of a dead letter.
    Payload payload;           // but a record, as long as the sink lives
  };
  using Rule = std::function<std::optional<Error>(const Kept&)>;

  explicit KeepingSink(Rule rule = {})
      : rule_{std::move(rule)}, acknowledging_{[this](std::stop_token stop) { run(stop); }} {}
  ~KeepingSink() override { acknowledging_.request_stop(); }

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    Kept kept{context.record().position.offset,
              context.record().key.value_or(""),
              context.identity().index,
              -1,
              {},
              {},
              {}};
    if (const auto* n = output.get<Number>()) kept.number = n->value;
    if (const auto* r = output.get<Record>()) {
      kept.text = r->value.text();
      kept.error = r->header("radflow-error").value_or("");
    }
    if (!output.get<Record>()) kept.payload = std::move(output);
    std::optional<Error> refused = rule_ ? rule_(kept) : std::nullopt;
    const std::lock_guard lock{mutex};
    kept_.push_back(std::move(kept));
    pending_.push_back([acknowledge = std::move(acknowledge), refused] { acknowledge(refused); });
    changed_.notify_all();
  }
  bool flush(std::chrono::milliseconds longest) override {
    std::unique_lock lock{mutex};
    return changed_.wait_for(lock, longest, [&] { return pending_.empty() && !busy_; });
  }
  std::vector<Kept> kept() const {
    const std::lock_guard lock{mutex};
    return kept_;
  }
  // Holds back every acknowledgement until it is called again.
  void hold(bool held) {
    const std::lock_guard lock{mutex};
    held_ = held;
    changed_.notify_all();
  }

 private:
  void run(const std::stop_token& stop) {
    std::mt19937 random{7};
    std::unique_lock lock{mutex};
    while (changed_.wait(lock, stop, [&] { return !pending_.empty() && !held_; })) {
      const std::size_t pick = random() % pending_.size();
      const std::function<void()> one = std::move(pending_[pick]);
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(pick));
      busy_ = true;
      lock.unlock();
      one();
      lock.lock();
      busy_ = false;
      changed_.notify_all();
    }
  }

  Rule rule_;
  mutable std::mutex mutex;
  std::condition_variable_any changed_;
  std::vector<Kept> kept_;
  std::deque<std::function<void()>> pending_;
  bool held_ = false;
  bool busy_ = false;
  std::jthread acknowledging_;
};

}  // namespace radflow::testing
