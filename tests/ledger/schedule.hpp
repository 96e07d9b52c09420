// Schedule: what goes wrong and when, all of it out of a seed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace radflow::ledger {

enum class Act { Start, Kill, Terminate, Pause, Continue, StopBroker, KillBroker, StartBroker };

struct Action {
  std::chrono::milliseconds at;
  Act act;
  int process = -1;  // which one, for all but the broker
  bool operator==(const Action&) const = default;
};

// How many of each: kill (-9, started again), term (started again), pause (SIGSTOP, SIGCONT), join, leave,
// bounce (the broker is stopped and started), crash (the broker is killed and started).
using Faults = std::map<std::string, int>;
// "kill=3,pause=1"; throws std::invalid_argument that says what may stand there.
Faults parse_faults(const std::string& text);

// Begins with `processes` starts at 0; the rest is spread over `length`. Joins and leaves keep between one
// and twice `processes` alive. By time.
std::vector<Action> make_schedule(std::uint64_t seed, int processes, const Faults& faults,
                                  std::chrono::milliseconds length);

}  // namespace radflow::ledger
