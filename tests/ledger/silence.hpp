// Silence: how long nothing came of a partition though a frame was waiting in it, by what had been done last to
// the group or the broker. Told by the broker's clock: the times at which it took frames and results.
//
// From the moment the last result came, the frame of the next one was there, and the last thing was done that may
// keep it away; until the next result.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/ledger/schedule.hpp"

namespace radflow::ledger {

class Silence {
 public:
  using Ms = std::chrono::milliseconds;  // since 1970

  // An action has been carried out. In the order of time.
  void done(Act act, Ms at) { done_.emplace_back(at, act); }
  // In the order of the partition: a frame is in the topic since then; a result of it came.
  void frame(std::uint64_t n, Ms at) { frames_[n] = at; }
  void result(std::int32_t partition, std::uint64_t n, Ms at);

  // The longest after each; "": nothing was done since the result before.
  const std::map<std::string, Ms>& longest() const { return longest_; }
  Ms most() const;

  static std::string name(Act act);

 private:
  std::vector<std::pair<Ms, Act>> done_;
  std::map<std::uint64_t, Ms> frames_;
  std::map<std::int32_t, Ms> last_;  // by partition
  std::map<std::string, Ms> longest_;
};

}  // namespace radflow::ledger
