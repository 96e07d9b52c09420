#include "tests/ledger/silence.hpp"

#include <algorithm>

namespace radflow::ledger {

std::string Silence::name(Act act) {
  switch (act) {
    case Act::Kill:
      return "a kill";
    case Act::Pause:
    case Act::Continue:
      return "a pause";
    case Act::StopBroker:
    case Act::KillBroker:
      return "the broker's end";
    case Act::StartBroker:
      return "the broker's return";
    case Act::Start:
    case Act::Terminate:
      break;
  }
  return "a rebalance";
}

void Silence::result(std::int32_t partition, std::uint64_t n, Ms at) {
  const auto [last, first] = last_.try_emplace(partition, at);
  const auto frame = frames_.find(n);
  if (!first && frame != frames_.end()) {
    Ms from = std::max(last->second, frame->second);
    std::string after;
    const auto behind = std::ranges::upper_bound(done_, at, {}, &std::pair<Ms, Act>::first);
    if (behind != done_.begin() && std::prev(behind)->first >= last->second) {
      from = std::max(from, std::prev(behind)->first);
      after = name(std::prev(behind)->second);
    }
    Ms& longest = longest_[after];
    longest = std::max(longest, at - from);
  }
  last->second = std::max(last->second, at);
}

Silence::Ms Silence::most() const {
  Ms most{0};
  for (const auto& [after, longest] : longest_) most = std::max(most, longest);
  return most;
}

}  // namespace radflow::ledger
