#include "graph/run/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

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

}  // namespace
}  // namespace radflow
