// Waits for what other threads and processes bring about.
#pragma once

#include <chrono>
#include <thread>

namespace radflow {

// True as soon as the condition is; false if `longest` has passed first.
template <typename Condition>
bool comes_true(std::chrono::milliseconds longest, Condition condition) {
  using namespace std::chrono_literals;
  for (const auto end = std::chrono::steady_clock::now() + longest; std::chrono::steady_clock::now() < end;) {
    if (condition()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

}  // namespace radflow
