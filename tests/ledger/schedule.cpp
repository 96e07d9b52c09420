#include "tests/ledger/schedule.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "tests/ledger/frames.hpp"

namespace radflow::ledger {
namespace {

using std::chrono::milliseconds;
constexpr std::array names{"kill", "term", "pause", "join", "leave", "bounce", "crash"};

// The same numbers everywhere, which the distributions of <random> do not promise.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_{mix(seed)} {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    state_ = mix(state_);
    return low + static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(high - low + 1));
  }
  milliseconds between(milliseconds low, milliseconds high) {
    return milliseconds{between(low.count(), high.count())};
  }

 private:
  std::uint64_t state_;
};

// In a mixed order; a leave that nobody could do, or a join beyond the most, changes places with a later one.
std::vector<std::string> mixed(Dice& dice, int processes, const Faults& faults) {
  std::vector<std::string> all;
  for (const auto& [name, count] : faults) all.insert(all.end(), static_cast<std::size_t>(count), name);
  for (std::size_t i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(i) - 1))]);
  int alive = processes;
  for (auto fault = all.begin(); fault != all.end(); ++fault) {
    if ((*fault == "leave" && alive == 1) || (*fault == "join" && alive == 2 * processes)) {
      const std::string other = *fault == "leave" ? "join" : "leave";
      const auto later = std::find(fault, all.end(), other);
      if (later == all.end())
        throw std::invalid_argument{
            "so many joins and leaves do not keep between one and twice the processes"};
      std::iter_swap(fault, later);
    }
    alive += *fault == "join" ? 1 : *fault == "leave" ? -1 : 0;
  }
  return all;
}

}  // namespace

Faults parse_faults(const std::string& text) {
  Faults faults;
  std::istringstream list{text};
  for (std::string entry; std::getline(list, entry, ',');) {
    const std::size_t equals = entry.find('=');
    const std::string name = entry.substr(0, equals);
    if (equals == std::string::npos || std::ranges::find(names, name) == names.end())
      throw std::invalid_argument{
          "'" + entry + "': expected NAME=COUNT with kill, term, pause, join, leave, " + "bounce or crash"};
    faults[name] = std::stoi(entry.substr(equals + 1));
  }
  return faults;
}

std::vector<Action> make_schedule(std::uint64_t seed, int processes, const Faults& faults,
                                  milliseconds length) {
  Dice dice{seed};
  std::vector<Action> actions;
  std::vector<milliseconds> busy;  // by process: until when something is done to it; max: it has left
  for (int i = 0; i < processes; ++i) {
    actions.push_back({milliseconds{0}, Act::Start, i});
    busy.emplace_back(0);
  }
  const std::vector<std::string> order = mixed(dice, processes, faults);
  milliseconds broker_busy{0};
  // One that is there and undisturbed at the time; -1: none.
  const auto pick = [&](milliseconds now) {
    std::vector<int> free;
    for (std::size_t i = 0; i < busy.size(); ++i)
      if (busy[i] <= now) free.push_back(static_cast<int>(i));
    return free.empty() ? -1 : free[static_cast<std::size_t>(dice.between(0, std::ssize(free) - 1))];
  };
  const auto twice = [&](milliseconds now, Act first, Act second, milliseconds pause, int process) {
    actions.push_back({now, first, process});
    actions.push_back({now + pause, second, process});
    return now + pause;
  };
  milliseconds now{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string& fault = order[i];
    const milliseconds width = length / static_cast<std::int64_t>(order.size() + 1);
    now = std::max(now, width * static_cast<std::int64_t>(i + 1) + dice.between(-width / 3, width / 3));
    if (fault == "join") {
      actions.push_back({now, Act::Start, static_cast<int>(busy.size())});
      busy.push_back(now);
      continue;
    }
    if (fault == "bounce" || fault == "crash") {
      now = std::max(now, broker_busy);
      broker_busy = twice(now, fault == "crash" ? Act::KillBroker : Act::StopBroker, Act::StartBroker,
                          dice.between(milliseconds{500}, milliseconds{4000}), -1);
      continue;
    }
    int process = pick(now);
    for (; process < 0; process = pick(now)) now += milliseconds{100};
    milliseconds& until = busy[static_cast<std::size_t>(process)];
    if (fault == "leave") {
      actions.push_back({now, Act::Terminate, process});
      until = milliseconds::max();
    } else if (fault == "pause") {  // some shorter, some longer than the group waits for a member
      until =
          twice(now, Act::Pause, Act::Continue, dice.between(milliseconds{500}, milliseconds{9000}), process);
    } else {
      until = twice(now, fault == "kill" ? Act::Kill : Act::Terminate, Act::Start,
                    dice.between(milliseconds{0}, milliseconds{1500}), process);
    }
  }
  std::ranges::stable_sort(actions, {}, &Action::at);
  return actions;
}

}  // namespace radflow::ledger
