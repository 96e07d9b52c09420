// Runs the program as a user does.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace radflow::cli {

struct Ran {
  std::string out;  // standard output; with "2>&1" in the arguments the errors too
  int code = -1;
};

// `arguments` are read by the shell: quote what needs it.
inline Ran run_program(const std::string& arguments) {
  Ran ran;
  FILE* pipe = popen((std::string{RADFLOW_PROGRAM} + " " + arguments).c_str(), "r");
  std::array<char, 4096> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe))
    ran.out.append(block.data(), size);
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace radflow::cli
