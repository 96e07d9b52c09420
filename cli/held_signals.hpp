// HeldSignals: the signals that ask the program to end are held back from its first moment on, so that one that comes
// before a command's SignalWatch is made is taken by that instead of ending the process.
#pragma once

#include <csignal>

namespace radflow::cli {

// SIGINT, SIGTERM and SIGHUP. SIGHUP that was ignored from the start, as nohup does, stays ignored: sigwait would take
// it all the same.
sigset_t ending_signals();

// Make it before anything that starts a thread.
class HeldSignals {
 public:
  HeldSignals();
  // For a command that watches for no signals: they do what they did when the program began.
  void release() const;

 private:
  sigset_t before_;
};

}  // namespace radflow::cli
