// What may be in flight.
#include "graph/run/budget.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace radflow {
namespace {

using namespace std::chrono_literals;

TEST(Budget, AdmitsUntilTheBytesAreSpent) {
  Budget budget{100, 10};
  EXPECT_TRUE(budget.try_admit(60));
  EXPECT_FALSE(budget.try_admit(41));
  EXPECT_TRUE(budget.try_admit(40));
  budget.release(60);
  EXPECT_TRUE(budget.try_admit(60));
}

TEST(Budget, AdmitsWhatIsLargerThanEverythingAlone) {
  Budget budget{100, 10};
  EXPECT_TRUE(budget.try_admit(1000));
  EXPECT_FALSE(budget.try_admit(1));
  budget.release(1000);
  EXPECT_TRUE(budget.try_admit(1));
}

TEST(Budget, AChargeNeverWaitsButCannotExceedTheLimit) {
  Budget budget{100, 10};
  EXPECT_TRUE(budget.try_admit(90));
  EXPECT_TRUE(budget.charge(100)) << "one decoded object may overshoot";
  EXPECT_FALSE(budget.charge(101));
  EXPECT_EQ(budget.bytes(), 190);
}

TEST(Budget, CapsMessagesInComputation) {
  Budget budget{1000, 2};
  EXPECT_TRUE(budget.try_admit(1));
  EXPECT_TRUE(budget.try_admit(1));
  EXPECT_FALSE(budget.try_admit(1));
  budget.end_computing();
  EXPECT_TRUE(budget.try_admit(1));
}

TEST(Budget, WhatIsReservedIsAdmittedThoughNoBytesAreLeft) {
  Budget budget{100, 1};
  EXPECT_TRUE(budget.reserve(500)) << "alone, larger than everything";
  EXPECT_FALSE(budget.reserve(1));
  EXPECT_TRUE(budget.try_admit_reserved(520, 500));
  EXPECT_EQ(budget.bytes(), 520);
  EXPECT_FALSE(budget.try_admit_reserved(1, 1)) << "computation is capped all the same";
  budget.end_computing();
  budget.release(520);
  EXPECT_TRUE(budget.reserve(100));
  EXPECT_TRUE(budget.try_admit_reserved(30, 100)) << "and came to less";
  EXPECT_EQ(budget.bytes(), 30);
}

// Else whoever waits for much would spin while little is free.
TEST(Budget, AWaiterSleepsUntilThereIsRoomForWhatItAskedFor) {
  Budget budget{100, 10};
  ASSERT_TRUE(budget.try_admit(60));
  ASSERT_FALSE(budget.try_admit(50));
  const auto begin = std::chrono::steady_clock::now();
  budget.wait(50ms);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 45ms);
}

TEST(Budget, AWaiterIsWokenByARelease) {
  Budget budget{100, 10};
  ASSERT_TRUE(budget.try_admit(100));
  ASSERT_FALSE(budget.try_admit(1));
  std::jthread releases{[&] {
    std::this_thread::sleep_for(20ms);
    budget.release(100);
  }};
  const auto begin = std::chrono::steady_clock::now();
  budget.wait(10s);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_TRUE(budget.try_admit(1));
}

TEST(Budget, CloseEndsEveryWait) {
  Budget budget{100, 1};
  ASSERT_TRUE(budget.try_admit(100));
  budget.close();
  const auto begin = std::chrono::steady_clock::now();
  budget.wait(10s);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace radflow
