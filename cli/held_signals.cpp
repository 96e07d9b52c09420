#include "cli/held_signals.hpp"

namespace radflow::cli {
namespace {

bool ignored(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (!ignored(SIGHUP)) sigaddset(&signals, SIGHUP);
  return signals;
}

HeldSignals::HeldSignals() {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

void HeldSignals::release() const { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace radflow::cli
