// Fleet: the processes of one consumer group, and what is done to them. Used by one thread, which must
// outlive it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/ledger/schedule.hpp"
#include "tests/ledger/silence.hpp"

namespace radflow::ledger {

class Fleet {
 public:
  // How process `i` is started, and where it writes to.
  using Command = std::function<std::vector<std::string>(int i)>;
  Fleet(RealBroker& broker, Command command, std::string folder)
      : broker_{broker}, command_{std::move(command)}, folder_{std::move(folder)} {}

  void apply(const Action& action);
  // Looks for processes that ended though nobody asked them to, and starts them again.
  void watch();
  // Ends all and waits for them.
  void terminate();

  // What went wrong: ended by itself, or with a code that says so.
  const std::vector<std::string>& defects() const { return defects_; }
  // How often a process lost partitions without having committed what it had published: by a kill or a drain
  // that was cut off, and as often as one said so: after a pause, or when the broker was away.
  int losses() const;
  // What was done when, once it was carried out.
  void tell(Silence& silence) const {
    for (const auto& [at, act] : done_) silence.done(act, at);
  }

 private:
  struct Member {
    std::unique_ptr<Process> process;
    bool wanted = false;  // to be running
  };
  void carry_out(const Action& action);
  void start(int i);
  // Waits for one that was asked to end, and judges its exit code.
  void collect(int i);

  RealBroker& broker_;
  Command command_;
  std::string folder_;
  std::vector<Member> members_;
  std::vector<std::string> defects_;
  int losses_ = 0;
  std::vector<std::pair<Silence::Ms, Act>> done_;
};

}  // namespace radflow::ledger
