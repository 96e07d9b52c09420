// A member of a consumer group as a graph would be one: a source, a few workers' worth of records in flight
// that end in any order, acknowledged after a moment.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "tests/connectors/build.hpp"

namespace radflow {

// What all members of a test's group have processed, in the order it ended.
struct Processed {
  void add(const Position& position) {
    std::lock_guard lock{mutex};
    positions.push_back(position);
  }
  std::size_t count() const {
    std::lock_guard lock{mutex};
    return positions.size();
  }
  mutable std::mutex mutex;
  std::vector<Position> positions;
};

class Member final : private Intake {
 public:
  static constexpr std::size_t most_in_flight = 8;

  Member(const std::string& yaml, const BuildInfo& info, Processed& processed)
      : source_{make_source(yaml, info)}, processed_{processed} {
    worker_ = std::jthread{[this](std::stop_token stop) { work(stop); }};
    reader_ = std::jthread{[this](std::stop_token stop) { source_->run(*this, stop); }};
  }
  // Leaves the group with everything done and committed.
  ~Member() {
    reader_.request_stop();
    reader_.join();
    worker_.request_stop();
    worker_.join();
    source_->finish(std::chrono::seconds{10});
  }
  Source& source() { return *source_; }

 private:
  Admission admit(Record& record) override {
    std::lock_guard lock{mutex_};
    if (in_flight_.size() >= most_in_flight) return Admission::Full;
    in_flight_.push_back(record.position);
    return Admission::Admitted;
  }
  Admission refuse(Record& record, Error, std::int64_t) override { return admit(record); }
  void wait(std::chrono::milliseconds) override { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }

  void work(const std::stop_token& stop) {
    std::mt19937 random{1};
    while (true) {
      std::optional<Position> ended;
      {
        std::lock_guard lock{mutex_};
        if (in_flight_.empty() && stop.stop_requested()) return;
        if (!in_flight_.empty()) {
          const auto any = in_flight_.begin() + static_cast<std::ptrdiff_t>(random() % in_flight_.size());
          ended = *any;
          in_flight_.erase(any);
        }
      }
      std::this_thread::sleep_for(std::chrono::microseconds{500});
      if (!ended) continue;
      processed_.add(*ended);
      source_->done(*ended);
    }
  }

  std::unique_ptr<Source> source_;
  Processed& processed_;
  std::mutex mutex_;
  std::vector<Position> in_flight_;
  std::jthread worker_, reader_;
};

}  // namespace radflow
