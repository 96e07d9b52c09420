// Runs the program as a user does.
#pragma once

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "tests/paths.hpp"

namespace radflow::cli {

struct Ran {
  std::string out;  // standard output; with "2>&1" in the arguments the errors too
  int code = -1;
};

// `command` is the shell's; $radflow is the program.
inline Ran run_shell(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((std::string{"radflow="} + radflow_program + "\n" + command).c_str(), "r");
  std::array<char, 4096> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe))
    ran.out.append(block.data(), size);
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

// `arguments` are read by the shell: quote what needs it.
inline Ran run_program(const std::string& arguments) { return run_shell("$radflow " + arguments); }

// The same in a terminal of that many columns; `out` is all that was written to it.
inline Ran run_in_terminal(unsigned short columns, const std::string& arguments) {
  Ran ran;
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    execl("/bin/sh", "sh", "-c", (std::string{"exec "} + radflow_program + " " + arguments).c_str(), nullptr);
    _exit(127);
  }
  std::array<char, 4096> block;
  for (ssize_t got = 0; (got = read(terminal, block.data(), block.size())) > 0;)
    ran.out.append(block.data(), static_cast<std::size_t>(got));
  close(terminal);
  int status = 0;
  waitpid(pid, &status, 0);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace radflow::cli
