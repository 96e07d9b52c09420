#include "tests/integration/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace radflow {

using namespace std::chrono_literals;

Process::Process(const std::vector<std::string>& command, std::string log,
                 std::vector<std::string> environment)
    : log_{std::move(log)} {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  const int file = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw std::runtime_error{"cannot write " + log_};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // of the thread that started it: start from one that lives on
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(file, 1);
    dup2(file, 2);
    for (char* variable : variables) putenv(variable);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(file);
  if (pid_ < 0) throw std::runtime_error{"cannot start " + command.at(0)};
}

Process::~Process() {
  if (exited()) return;
  signal(SIGKILL);
  wait(10s);
}

void Process::signal(int number) const {
  if (!code_) kill(pid_, number);
}

std::optional<int> Process::exited() {
  if (code_) return code_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_)
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return code_;
}

std::optional<int> Process::wait(std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!exited() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  return code_;
}

std::string Process::said(std::size_t last) const {
  std::ifstream file{log_, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() > last ? all.substr(all.size() - last) : all;
}

}  // namespace radflow
