// in_parallel: work on several numbers at once, for training alone: nodes that run in a graph have no threads of their own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

#include "nodes/classify/cut_off.hpp"

namespace radflow {

// Calls work(0) to work(count - 1) on as many threads as there are cores. Throws what the first of them throws, after the
// others have ended. The limit of this thread is theirs too.
template <typename Work>
void in_parallel(std::size_t count, const Work& work) {
  const std::size_t threads = std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
  std::atomic<std::size_t> next = 0;
  std::vector<std::future<void>> running;
  for (std::size_t thread = 0; thread < threads; ++thread)
    running.push_back(std::async(std::launch::async, [&, limit = current_limit()] {
      const LimitedBy limited{limit};
      for (std::size_t i = next++; i < count; i = next++) {
        end_if_cut_off();
        work(i);
      }
    }));
  for (auto& one : running) one.wait();
  for (auto& one : running) one.get();
}

}  // namespace radflow
