// Interruption: while it lives, the first SIGINT, SIGTERM or SIGHUP asks work that may take long to end in order; a second
// one of the same kind ends the process, as it did before. Only one at a time.
#pragma once

#include <array>
#include <csignal>

namespace radflow::cli {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Any thread.
  static bool came();

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace radflow::cli
