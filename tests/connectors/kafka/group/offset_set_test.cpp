#include "connectors/kafka/group/offset_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace radflow::kafka {
namespace {

TEST(OffsetSet, JoinsRunsThatTouch) {
  OffsetSet set;
  set.add({10, 12});
  set.add({14, 16});
  EXPECT_EQ(set.above(0), (std::vector<OffsetRun>{{10, 12}, {14, 16}}));
  set.add({12, 14});
  EXPECT_EQ(set.above(0), (std::vector<OffsetRun>{{10, 16}}));
  EXPECT_EQ(set.first_missing(5), 5);
  EXPECT_EQ(set.first_missing(10), 16);
  EXPECT_TRUE(set.above(16).empty());
  set.add({3, 3});
  EXPECT_FALSE(set.contains(3));
}

// The definition, over random runs.
TEST(OffsetSet, HoldsWhatWasAdded) {
  std::mt19937 random{3};
  OffsetSet set;
  std::set<std::int64_t> all;
  for (int step = 0; step < 300; ++step) {
    const std::int64_t from = static_cast<std::int64_t>(random() % 1000), end = from + random() % 5;
    set.add({from, end});
    for (std::int64_t offset = from; offset < end; ++offset) all.insert(offset);
    const std::int64_t at = static_cast<std::int64_t>(random() % 1000);
    ASSERT_EQ(set.contains(at), all.contains(at)) << at;
    std::int64_t missing = at;
    while (all.contains(missing)) ++missing;
    ASSERT_EQ(set.first_missing(at), missing);
    std::int64_t before = -1;
    for (const OffsetRun& run : set.above(-1)) {
      ASSERT_GT(run.from, before) << "runs that touch are one";
      ASSERT_FALSE(all.contains(run.end));
      before = run.end;
    }
  }
}

}  // namespace
}  // namespace radflow::kafka
