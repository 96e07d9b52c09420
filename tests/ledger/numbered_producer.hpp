// NumberedProducer: sends the frames in order of their numbers, at a steady rate, however the broker fares.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "tests/ledger/frames.hpp"

namespace radflow::ledger {

class NumberedProducer {
 public:
  NumberedProducer(const Frames& frames, const std::string& servers, const std::string& topic,
                   std::chrono::milliseconds length);

  // All frames are acknowledged.
  bool done() const { return done_; }
  // Why it cannot go on, or "". After done() or when it is not empty.
  const std::string& failure() const { return failure_; }
  bool ended() const { return ended_; }

 private:
  void run(const std::stop_token& stop, const std::string& servers, const std::string& topic,
           std::chrono::milliseconds length);

  const Frames& frames_;
  std::atomic<bool> done_{false}, ended_{false};
  std::string failure_;
  std::jthread thread_;
};

}  // namespace radflow::ledger
