// A source for test graphs: it gives records and keeps what becomes of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "graph/connector.hpp"

namespace radflow::testing {

// Gives the records it was given; refuses one with a header `refuse`, for the reason that it says.
class ScriptSource : public Source {
 public:
  explicit ScriptSource(std::vector<Record> records)
      : records_{std::move(records)}, total_{records_.size()} {}
  ~ScriptSource() override {
    forget();
    if (at_end) at_end();
  }
  void run(Intake& intake, std::stop_token stop) override {
    for (Record& record : records_) {
      while (const auto wait = record.header("wait")) {  // until the test lets it go on
        paused = *wait == "paused";
        if (stop.stop_requested()) return;
        if (go_on) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      }
      paused = false;
      while (give(intake, record) == Admission::Full) {
        if (stop.stop_requested()) return;
        intake.wait(std::chrono::milliseconds{20});
      }
    }
  }
  void done(const Position& position) override {
    const std::lock_guard lock{mutex};
    done_offsets.push_back(position.offset);
  }

  void done_together(const std::vector<Position>& positions) override {
    for (const Position& position : positions) done(position);
    const std::lock_guard lock{mutex};
    together_.push_back(positions.size());
  }
  // How many records were done in each call for several.
  std::vector<std::size_t> together() const {
    const std::lock_guard lock{mutex};
    return together_;
  }
  bool listening() const override { return !paused; }

  void parked(const Position& position) override {
    const std::lock_guard lock{mutex};
    parked_offsets.push_back(position.offset);
  }
  void under_way_again(const Position& position) override {
    const std::lock_guard lock{mutex};
    again_offsets.push_back(position.offset);
  }
  // Groups are told by their first records. At most `finishing_at_once` of them at a time.
  bool may_finish(const std::vector<Position>& group) override {
    const std::lock_guard lock{mutex};
    if (finishing_ >= finishing_at_once) return false;
    ++finishing_;
    started.push_back(group.front().offset);
    return true;
  }
  void finished(const std::vector<Position>& group) override {
    const std::lock_guard lock{mutex};
    --finishing_;
    ended.push_back(group.front().offset);
  }
  void not_finished(const std::vector<Position>& group) override {
    const std::lock_guard lock{mutex};
    not_started.push_back(group.front().offset);
  }
  std::vector<std::int64_t> of(const std::vector<std::int64_t>& offsets) const {
    const std::lock_guard lock{mutex};
    return offsets;
  }

  bool holds(const Position& position) const override { return position.partition != given_up; }

  // The lowest offset that is not done, as old as a stall has to be.
  std::vector<PartitionStatus> partitions() const override {
    const std::lock_guard lock{mutex};
    if (!report_pending) return {};
    std::int64_t frontier = 0;
    while (std::ranges::find(done_offsets, frontier) != done_offsets.end()) ++frontier;
    const auto pending = static_cast<std::int64_t>(total_ - done_offsets.size());
    return {{"topic", 0, frontier, -1, pending, pending > 0 ? 2.0 : 0.0}};
  }

  void forget() { records_.clear(); }

  std::atomic<bool> report_pending{false};
  // Before a record with a header `wait` it waits for `go_on`; where that is `paused`, it does not listen meanwhile.
  std::atomic<bool> paused{false}, go_on{false};
  std::atomic<int> given_up{-1};  // a partition
  std::function<void()> at_end;   // called when it is destroyed
  mutable std::mutex mutex;
  std::vector<std::int64_t> done_offsets;
  std::vector<std::int64_t> parked_offsets, again_offsets, started, ended, not_started;  // under mutex
  std::atomic<int> finishing_at_once{1'000'000};

 private:
  static Admission give(Intake& intake, Record& record) {
    if (const auto reason = record.header("refuse"))
      return intake.refuse(record, {std::string{*reason}, "no"}, 0);
    if (!record.claimed) return intake.admit(record);
    const auto bytes = static_cast<std::int64_t>(record.value.size());
    if (!intake.reserve(bytes)) return Admission::Full;
    const Admission result = intake.admit_reserved(record, bytes);
    if (result == Admission::Full) intake.give_back(bytes);
    return result;
  }

  std::vector<Record> records_;
  const std::size_t total_;
  std::vector<std::size_t> together_;  // under mutex
  int finishing_ = 0;                  // under mutex
};

}  // namespace radflow::testing
