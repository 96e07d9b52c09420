#include "connectors/kafka/group/gathered_offsets.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

class GatheredOffsetsTest : public testing::Test {
 protected:
  GatheredOffsetsTest() { gathered.gathers(); }

  // Records 0 to count - 1, each of the order that `order` gives.
  void read(std::int64_t count, std::uint64_t orders) {
    for (std::int64_t offset = done.next() < 0 ? 0 : done.next(); offset < count; ++offset) {
      done.admit(offset, {}, static_cast<std::uint64_t>(offset) % orders);
      gathered.admit(offset, {});
    }
  }
  void end_together(const std::vector<std::int64_t>& offsets) {
    for (const std::int64_t offset : offsets) {
      done.done(offset, {});
      gathered.through(offset, {});
    }
    gathered.done_together(offsets);
  }
  // "3" or "5 +7-8 +9": the position, and what is done ahead; "-": nothing may be committed.
  std::string point(std::size_t longest = 3500) const {
    const auto point = gathered.commit_point(done, longest);
    if (!point) return "-";
    std::string text = std::to_string(point->position);
    for (const OffsetRun& run : point->ahead) {
      text += " +" + std::to_string(run.from);
      if (run.end > run.from + 1) text += "-" + std::to_string(run.end - 1);
    }
    return text;
  }

  Frontier done;
  GatheredOffsets gathered;
};

TEST_F(GatheredOffsetsTest, WhatIsDoneTogetherIsListedBesideWhatIsOpen) {
  read(8, 2);
  end_together({0, 2, 4});
  EXPECT_EQ(point(), "1 +2 +4");
  end_together({1, 3, 5});
  EXPECT_EQ(point(), "6");
}

// A later record of the same order is not listed while an earlier one is not done.
TEST_F(GatheredOffsetsTest, WhereAListIsNotPossibleTheCommitStaysBehindAllOfThem) {
  read(8, 1);
  end_together({0, 2, 4});
  EXPECT_EQ(point(), "0");
  end_together({1, 3});
  EXPECT_EQ(point(), "5");
}

TEST_F(GatheredOffsetsTest, WhereTheListHasNoRoomTheCommitStaysBehindAllOfThem) {
  read(200, 2);
  std::vector<std::int64_t> even;
  for (std::int64_t offset = 0; offset < 200; offset += 2) even.push_back(offset);
  end_together(even);
  EXPECT_TRUE(point().starts_with("1 +2 +4")) << point();
  EXPECT_EQ(point(50), "0");
}

// 1, 3 and 5 came together; that 1 and 3 are in no order with an earlier record does not matter.
TEST_F(GatheredOffsetsTest, WhatCannotBeListedWholeIsNotListedAtAll) {
  read(7, 5);  // 0 and 5 are of one order
  end_together({1, 3, 5});
  EXPECT_EQ(point(), "0");
  end_together({0, 2});
  EXPECT_EQ(point(), "4 +5") << "1 and 3 are below, so 5 has to be named";
}

TEST_F(GatheredOffsetsTest, GroupsThatOverlapInARowAreCommittedWithTheLast) {
  read(10, 1);
  end_together({0, 3});
  end_together({2, 6});
  EXPECT_EQ(point(), "0");
  end_together({5, 8});
  end_together({1, 4});
  EXPECT_EQ(point(), "0") << "7 is open";
  end_together({7, 9});
  EXPECT_EQ(point(), "10");
}

TEST_F(GatheredOffsetsTest, RecordsThatWaitAreThroughAndNotDone) {
  read(5, 5);
  for (std::int64_t offset = 0; offset < 4; ++offset) gathered.through(offset, {});
  EXPECT_EQ(gathered.through(done).position(), 4);
  EXPECT_EQ(gathered.through(done).pending(), 1);
  EXPECT_EQ(point(), "0");
}

TEST_F(GatheredOffsetsTest, WhatTheOwnerBeforeListedIsListedOn) {
  gathered.done_before({{2, 3}, {4, 5}});
  read(2, 2);
  EXPECT_EQ(point(), "0 +2 +4") << "before they are read again";
  read(6, 2);
  for (const std::int64_t offset : {2, 4}) {  // passed over
    done.done(offset, {});
    gathered.through(offset, {});
  }
  EXPECT_EQ(point(), "-") << "0 is of their order and not done";
  end_together({0});
  EXPECT_EQ(point(), "1 +2 +4");
  gathered.committed(1);
  end_together({1, 3, 5});
  EXPECT_EQ(point(), "6");
}

// Whatever the metadata of a commit says, it is not looked at offset by offset.
TEST_F(GatheredOffsetsTest, ALongRunOfTheOwnerBeforeTakesNoLonger) {
  constexpr std::int64_t far = std::int64_t{1} << 60;
  gathered.done_before({{2, far}});
  read(2, 2);
  EXPECT_EQ(point(), "0 +2-" + std::to_string(far - 1));
  end_together({0, 1});
  EXPECT_EQ(point(), "2 +2-" + std::to_string(far - 1));
}

TEST_F(GatheredOffsetsTest, ACommitNeverGoesBack) {
  read(8, 2);
  end_together({0, 2});
  EXPECT_EQ(point(), "1 +2");
  gathered.committed(1);
  EXPECT_EQ(point(0), "-");
}

TEST(GatheredOffsets, WithoutGroupsACommitIsAsItWas) {
  Frontier done;
  GatheredOffsets gathered;
  for (std::int64_t offset = 0; offset < 4; ++offset)
    done.admit(offset, {}, static_cast<std::uint64_t>(offset));
  done.done(0, {});
  done.done(2, {});
  const auto point = gathered.commit_point(done, 0);
  ASSERT_TRUE(point);
  EXPECT_EQ(point->position, 1);
  EXPECT_EQ(point->ahead, (std::vector<OffsetRun>{{2, 3}}));
  EXPECT_EQ(&gathered.through(done), &done);
}

}  // namespace
}  // namespace radflow::kafka
