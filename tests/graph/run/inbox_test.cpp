#include "graph/run/inbox.hpp"

#include <gtest/gtest.h>

#include <array>

namespace radflow {
namespace {

// An inbox never looks at its messages.
Message* message(std::uintptr_t number) { return reinterpret_cast<Message*>(number); }

TEST(Inbox, CallsOneWorkerAtATime) {
  Inbox inbox;
  EXPECT_TRUE(inbox.push(message(1)));
  EXPECT_FALSE(inbox.push(message(2))) << "the first call is still on its way";
  std::array<Message*, 1> one{};
  EXPECT_TRUE(inbox.take(one).more) << "who takes some calls the next worker for the rest";
  EXPECT_FALSE(inbox.push(message(3)));
  EXPECT_EQ(inbox.size(), 2u);
  std::array<Message*, 8> all{};
  EXPECT_FALSE(inbox.take(all).more);
  EXPECT_TRUE(inbox.push(message(4))) << "nobody is on the way any more";
}

TEST(Inbox, GivesTheOldestFirst) {
  Inbox inbox;
  for (std::uintptr_t i = 1; i <= 5; ++i) inbox.push(message(i));
  std::array<Message*, 3> some{};
  EXPECT_EQ(inbox.take(some).count, 3u);
  EXPECT_EQ(some, (std::array{message(1), message(2), message(3)}));
  EXPECT_EQ(inbox.take(some).count, 2u);
  EXPECT_EQ(some[0], message(4));
  EXPECT_EQ(inbox.take(some).count, 0u);
}

}  // namespace
}  // namespace radflow
