#include "graph/run/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace radflow {
namespace {

TEST(Workers, WhatABodyThrowsIsToldAndTheOthersGoOn) {
  std::atomic<int> calls = 0, failures = 0;
  {
    Workers workers{2,
                    {{.concurrency = 0,
                      .body =
                          [&](Message*, std::size_t) {
                            if (calls++ % 10 == 3) throw std::runtime_error{"as the test wants"};
                          }}},
                    [&](const std::exception_ptr& failure) {
                      EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
                      ++failures;
                    }};
    for (int i = 0; i < 100; ++i) workers.put(0, nullptr);
    workers.wait();
    EXPECT_EQ(workers.waiting(0), 0);
  }
  EXPECT_EQ(calls, 100);
  EXPECT_EQ(failures, 10);
}

// Threads come and go between two sets of workers; what a place holds is theirs one after the other. ThreadSanitizer
// has to know that oneTBB sees to it.
TEST(Workers, ThreadsTakeEachOthersPlaces) {
  struct Counted {
    std::vector<std::size_t> calls = std::vector<std::size_t>(Workers::places(2));  // one for each place
    Workers workers{
        2, {{.concurrency = 2, .body = [this](Message*, std::size_t place) { ++calls[place]; }}}, {}};
  };
  std::vector<std::unique_ptr<Counted>> sets;
  for (int i = 0; i < 2; ++i) sets.push_back(std::make_unique<Counted>());
  for (int round = 0; round < 2000; ++round) {
    for (const auto& set : sets) set->workers.put(0, nullptr);
    if (round % 10 == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds{2});  // until the threads leave
  }
  for (const auto& set : sets) {
    set->workers.wait();
    EXPECT_EQ(set->calls[0] + set->calls[1], 2000U);
  }
}

}  // namespace
}  // namespace radflow
