// When the messages that wait for a call are taken, and how many.
#include "graph/run/batch_queue.hpp"

#include <gmock/gmock.h>

#include <array>
#include <thread>

namespace radflow {
namespace {

using std::chrono::milliseconds;

class BatchQueueTest : public testing::Test {
 protected:
  BatchQueue queue(int size, std::int64_t wait_ms) {
    return {{size, wait_ms}, {[this] { ++ready; }, [this](milliseconds delay) { delays.push_back(delay); }}};
  }
  // The queue only passes the pointers on.
  Message* message(std::size_t i) { return reinterpret_cast<Message*>(&places[i]); }

  int ready = 0;
  std::vector<milliseconds> delays;
  std::array<std::max_align_t, 40> places{};
};

TEST_F(BatchQueueTest, AFullBatchIsReadyAtOnce) {
  BatchQueue waiting = queue(3, 10'000);
  waiting.add(message(0));
  waiting.add(message(1));
  EXPECT_EQ(ready, 0);
  EXPECT_THAT(delays, testing::ElementsAre(milliseconds{10'000})) << "one timer for all that wait";
  waiting.add(message(2));
  EXPECT_EQ(ready, 1);
  EXPECT_THAT(waiting.take(), testing::ElementsAre(message(0), message(1), message(2)));
  EXPECT_EQ(waiting.waiting(), 0);
}

TEST_F(BatchQueueTest, WhatHasWaitedLongEnoughIsReadyAndLaterMessagesJoinItUntilItIsTaken) {
  BatchQueue waiting = queue(4, 1);
  waiting.add(message(0));
  std::this_thread::sleep_for(milliseconds{2});
  waiting.due();
  EXPECT_EQ(ready, 1);
  for (std::size_t i = 1; i < 6; ++i) waiting.add(message(i));
  EXPECT_EQ(ready, 1) << "three of them have a call, two wait for theirs";
  EXPECT_EQ(waiting.take().size(), 4U);
  EXPECT_EQ(waiting.waiting(), 2);
  std::this_thread::sleep_for(milliseconds{2});
  waiting.due();
  EXPECT_EQ(ready, 2);
  EXPECT_EQ(waiting.take().size(), 2U);
}

TEST_F(BatchQueueTest, ATimerThatWasSetForAnEarlierBatchIsSetAgain) {
  BatchQueue waiting = queue(2, 1000);
  waiting.add(message(0));
  waiting.add(message(1));
  ASSERT_EQ(waiting.take().size(), 2U);
  waiting.add(message(2));
  waiting.due();  // the first one's
  EXPECT_EQ(ready, 1) << "message 2 has just come";
  ASSERT_EQ(delays.size(), 2U);
  EXPECT_GT(delays[1], milliseconds{900});
}

TEST_F(BatchQueueTest, AClosedQueueKeepsNobodyWaiting) {
  BatchQueue waiting = queue(3, 10'000);
  waiting.add(message(0));
  waiting.close();
  EXPECT_EQ(ready, 1);
  waiting.add(message(1));
  EXPECT_EQ(ready, 1) << "it shares the call";
  EXPECT_EQ(waiting.take().size(), 2U);
  waiting.add(message(2));
  EXPECT_EQ(ready, 2);
  EXPECT_EQ(waiting.take().size(), 1U);
  waiting.close();
  EXPECT_EQ(ready, 2);
}

TEST_F(BatchQueueTest, CountsCallsByTheirSize) {
  BatchQueue waiting = queue(16, 5);
  for (const std::size_t size : {1U, 3U, 4U, 16U, 1000U}) waiting.called(size);
  const BatchStats stats = waiting.stats("network");
  EXPECT_EQ(stats.node, "network");
  EXPECT_EQ(stats.messages, 1024U);
  EXPECT_THAT(stats.sizes, testing::ElementsAre(1, 0, 2, 0, 1, 0, 0, 0, 0, 1));
}

}  // namespace
}  // namespace radflow
