#include "graph/shutdown_deadline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {

void ShutdownDeadline::due(Clock::time_point last) {
  const std::lock_guard lock{mutex_};
  due_ = std::min(due_, last);
}

void ShutdownDeadline::put_off() {
  const std::lock_guard lock{mutex_};
  due_ = Clock::time_point::max();
}

bool ShutdownDeadline::overdue() const {
  const std::lock_guard lock{mutex_};
  return Clock::now() >= due_;
}

std::string ShutdownDeadline::waits_for() const {
  const std::lock_guard lock{mutex_};
  return fmt::format("{}", fmt::join(waits_, ", "));
}

ShutdownDeadline::Wait::Wait(ShutdownDeadline& ending, std::string what) : ending_{ending} {
  const std::lock_guard lock{ending_.mutex_};
  at_ = ending_.waits_.insert(std::move(what));
}

ShutdownDeadline::Wait::~Wait() {
  const std::lock_guard lock{ending_.mutex_};
  ending_.waits_.erase(at_);
}

}  // namespace radflow
