#include "tests/ledger/fleet.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>

#include "cli/command.hpp"

namespace radflow::ledger {

using namespace std::chrono_literals;

void Fleet::apply(const Action& action) {
  const auto now = [] {
    return std::chrono::duration_cast<Silence::Ms>(std::chrono::system_clock::now().time_since_epoch());
  };
  const Silence::Ms asked = now();
  carry_out(action);
  // A broker answers before its start has ended; a process starts only once the one before has.
  done_.emplace_back(action.act == Act::StartBroker ? asked : now(), action.act);
}

void Fleet::carry_out(const Action& action) {
  if (action.process >= static_cast<int>(members_.size()))
    members_.resize(static_cast<std::size_t>(action.process) + 1);
  Member* member = action.process < 0 ? nullptr : &members_[static_cast<std::size_t>(action.process)];
  switch (action.act) {
    case Act::Start:
      return start(action.process);
    case Act::Kill:
      member->wanted = false;
      member->process->signal(SIGKILL);
      break;
    case Act::Terminate:
      member->wanted = false;
      member->process->signal(SIGTERM);
      break;
    case Act::Pause:
      return member->process->signal(SIGSTOP);
    case Act::Continue:
      return member->process->signal(SIGCONT);
    case Act::StopBroker:
      return broker_.stop();
    case Act::KillBroker:
      return broker_.kill();
    case Act::StartBroker:
      return broker_.start();
  }
}

int Fleet::losses() const {
  int said = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    std::ifstream log{fmt::format("{}/process-{}.log", folder_, i)};
    for (std::string line; std::getline(log, line);)
      said += line.find("before all that is done was committed") != std::string::npos;
  }
  return losses_ + said;
}

void Fleet::start(int i) {
  collect(i);
  Member& member = members_[static_cast<std::size_t>(i)];
  member.process = std::make_unique<Process>(command_(i), fmt::format("{}/process-{}.log", folder_, i));
  member.wanted = true;
}

void Fleet::collect(int i) {
  Member& member = members_[static_cast<std::size_t>(i)];
  if (!member.process) return;
  const auto code = member.process->wait(60s);
  if (!code) {
    defects_.push_back(
        fmt::format("process {} did not end within 60 s of SIGTERM: {}", i, member.process->said()));
    ++losses_;
  } else if (*code == -SIGKILL || *code == cli::exit_interrupted) {
    ++losses_;
  } else if (*code != cli::exit_ok && *code != -SIGTERM) {  // before it had begun
    defects_.push_back(fmt::format("process {} ended with {}: {}", i, *code, member.process->said()));
    ++losses_;
  }
  member.process.reset();
}

void Fleet::watch() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (!member.wanted || !member.process->exited()) continue;
    defects_.push_back(fmt::format("process {} ended by itself ({}): {}", i, *member.process->exited(),
                                   member.process->said()));
    ++losses_;
    member.process.reset();
    start(static_cast<int>(i));
  }
}

void Fleet::terminate() {
  for (const Member& member : members_)
    if (member.process) member.process->signal(SIGTERM);
  for (std::size_t i = 0; i < members_.size(); ++i) collect(static_cast<int>(i));
}

}  // namespace radflow::ledger
