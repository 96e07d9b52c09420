#include "connectors/frontier.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace radflow {
namespace {

using std::chrono::seconds;
const Frontier::Time start{};

TEST(Frontier, StandsNowhereBeforeAnythingWasRead) {
  Frontier frontier;
  EXPECT_EQ(frontier.position(), -1);
  EXPECT_EQ(frontier.pending(), 0);
}

TEST(Frontier, WaitsForTheLowestThatIsNotDone) {
  Frontier frontier;
  for (const int offset : {10, 11, 12}) EXPECT_TRUE(frontier.admit(offset, start));
  EXPECT_EQ(frontier.position(), 10);
  EXPECT_TRUE(frontier.done(12, start));
  EXPECT_TRUE(frontier.done(11, start));
  EXPECT_EQ(frontier.position(), 10);
  EXPECT_TRUE(frontier.done(10, start));
  EXPECT_EQ(frontier.position(), 13);
}

TEST(Frontier, GapsBelongToNobody) {
  Frontier frontier;
  frontier.admit(3, start);
  frontier.admit(9, start);
  frontier.done(3, start);
  EXPECT_EQ(frontier.position(), 9) << "4 to 8 do not exist";
  EXPECT_FALSE(frontier.done(5, start));
  frontier.skip_to(15);
  EXPECT_EQ(frontier.position(), 9);
  frontier.done(9, start);
  EXPECT_EQ(frontier.position(), 15);
}

TEST(Frontier, AnOffsetIsDoneOnce) {
  Frontier frontier;
  frontier.admit(0, start);
  frontier.admit(1, start);
  EXPECT_TRUE(frontier.done(1, start));
  EXPECT_FALSE(frontier.done(1, start));
  EXPECT_EQ(frontier.pending(), 1);
  EXPECT_FALSE(frontier.admit(1, start)) << "read twice";
}

TEST(Frontier, AgesOnlyWhileWorkIsPending) {
  Frontier frontier;
  EXPECT_EQ(frontier.age(start + seconds{5}).count(), 0);
  frontier.admit(0, start + seconds{10});
  frontier.admit(1, start + seconds{12});
  EXPECT_EQ(frontier.age(start + seconds{15}).count(), 5);
  frontier.done(1, start + seconds{15});
  EXPECT_EQ(frontier.age(start + seconds{16}).count(), 6) << "the lowest still stands";
  frontier.admit(2, start + seconds{16});
  frontier.done(0, start + seconds{20});
  EXPECT_EQ(frontier.age(start + seconds{21}).count(), 1);
  frontier.done(2, start + seconds{22});
  EXPECT_EQ(frontier.age(start + seconds{60}).count(), 0);
}

TEST(Frontier, AllBelowAnOffsetAreDoneAtOnce) {
  Frontier frontier;
  for (const std::int64_t offset : {3, 4, 7, 8}) frontier.admit(offset, start);
  frontier.done(4, start);
  frontier.done_below(8, start + seconds{5});
  EXPECT_EQ(frontier.position(), 8);
  EXPECT_EQ(frontier.pending(), 1);
  EXPECT_EQ(frontier.age(start + seconds{6}).count(), 1);
  frontier.done_below(9, start + seconds{6});
  EXPECT_EQ(frontier.position(), 9);
  EXPECT_EQ(frontier.pending(), 0);
}

TEST(Frontier, SaysWhatIsDoneAboveItAndHasNoEarlierOneOfItsOrderOpen) {
  Frontier frontier;
  constexpr std::uint64_t a = 1, b = 2, c = 3;
  const std::vector<std::uint64_t> orders{a, b, b, a, c, b, c};
  for (std::size_t i = 0; i < orders.size(); ++i) frontier.admit(static_cast<int>(i) * 10, start, orders[i]);
  EXPECT_TRUE(frontier.done_ahead().empty());
  for (const int offset : {10, 30, 50, 60}) frontier.done(offset, start);
  EXPECT_EQ(frontier.position(), 0);
  // 30 waits for 0, 50 for 20, 60 for 40.
  EXPECT_EQ(frontier.done_ahead(), (std::vector<OffsetRun>{{10, 11}}));
  frontier.done(20, start);
  frontier.done(40, start);
  EXPECT_EQ(frontier.done_ahead(), (std::vector<OffsetRun>{{10, 21}, {40, 61}})) << "gaps belong to nobody";
  frontier.done(0, start);
  EXPECT_TRUE(frontier.done_ahead().empty());
}

TEST(Frontier, SaysNothingAboveItOfRecordsOfOneOrder) {
  Frontier frontier;
  for (const int offset : {0, 1, 2}) frontier.admit(offset, start);
  frontier.done(1, start);
  frontier.done(2, start);
  EXPECT_TRUE(frontier.done_ahead().empty());
}

TEST(Frontier, RunsCoverARunThatLiesInThemWithoutAGap) {
  const std::vector<OffsetRun> runs{{2, 5}, {5, 7}, {9, 10}};
  for (const OffsetRun& in : {OffsetRun{2, 7}, {3, 6}, {9, 10}, {4, 4}, {8, 8}, {20, 10}})
    EXPECT_TRUE(covers(runs, in)) << in.from << " to " << in.end;
  for (const OffsetRun& out : {OffsetRun{1, 3}, {6, 8}, {2, 10}, {9, 11}, {7, 9}, {20, 21}})
    EXPECT_FALSE(covers(runs, out)) << out.from << " to " << out.end;
}

// The definition, over random gaps and orders of completion.
TEST(Frontier, IsTheLowestAdmittedThatIsNotDoneElseTheLastPlusOne) {
  std::mt19937 random{7};
  Frontier frontier;
  std::set<std::int64_t> alive;
  std::int64_t last = -1;
  for (int step = 0; step < 20'000; ++step) {
    if (alive.size() < 50 && random() % 2 == 0) {
      last += 1 + static_cast<std::int64_t>(random() % 3);
      ASSERT_TRUE(frontier.admit(last, start));
      alive.insert(last);
    } else if (!alive.empty()) {
      const auto any = std::next(alive.begin(), static_cast<std::ptrdiff_t>(random() % alive.size()));
      ASSERT_TRUE(frontier.done(*any, start));
      alive.erase(any);
    }
    ASSERT_EQ(frontier.position(), alive.empty() ? last + (last < 0 ? 0 : 1) : *alive.begin());
    ASSERT_EQ(frontier.pending(), static_cast<std::int64_t>(alive.size()));
  }
}

}  // namespace
}  // namespace radflow
