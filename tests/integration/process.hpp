// Process: the program, run as a user runs it, so that tests can kill, stop and continue it. Ends with its
// owner.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace radflow {

class Process {
 public:
  // `log` gets standard output and error, appended. `environment` holds NAME=VALUE. Throws if it cannot
  // start.
  Process(const std::vector<std::string>& command, std::string log,
          std::vector<std::string> environment = {});
  ~Process();  // kill -9
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  // The exit code, or minus the signal that ended it; absent: runs (until `longest` has passed).
  std::optional<int> exited();
  std::optional<int> wait(std::chrono::milliseconds longest);

  pid_t pid() const { return pid_; }
  const std::string& log() const { return log_; }
  // What it has said; `last` bytes of it.
  std::string said(std::size_t last = 2000) const;

 private:
  std::string log_;
  pid_t pid_ = -1;
  std::optional<int> code_;
};

}  // namespace radflow
