#include "graph/run/done_together.hpp"

namespace radflow {
namespace {

class DoneTogetherTest : public testing::Test {
 protected:
  static Position at(std::int64_t offset) { return {"t", 0, offset}; }
  static std::vector<std::int64_t> offsets(const std::vector<Position>& positions) {
    std::vector<std::int64_t> list;
    for (const Position& position : positions) list.push_back(position.offset);
    return list;
  }
  using Offsets = std::vector<std::int64_t>;

  DoneTogether together;
  std::shared_ptr<Bundle> group = together.open(), other = together.open();
  std::shared_ptr<Bundle> a, b, c;
};

TEST_F(DoneTogetherTest, NoRecordOfAGroupIsDoneBeforeTheLast) {
  together.join(a, group);
  together.join(b, group);
  together.group_ended(group);
  EXPECT_EQ(offsets(together.record_ended(b, at(7), true)), Offsets{});
  EXPECT_EQ(offsets(together.record_ended(a, at(3), true)), (Offsets{3, 7}));
}

TEST_F(DoneTogetherTest, GroupsThatShareARecordWaitForEachOther) {
  together.join(a, group);
  together.join(b, group);
  together.join(b, other);
  together.join(c, other);
  together.group_ended(group);
  EXPECT_EQ(offsets(together.record_ended(a, at(1), true)), Offsets{});
  together.group_ended(other);
  EXPECT_EQ(offsets(together.record_ended(c, at(3), true)), Offsets{});
  EXPECT_EQ(offsets(together.record_ended(b, at(2), true)), (Offsets{1, 2, 3}));
}

TEST_F(DoneTogetherTest, WhereOneIsNotDoneNoneIs) {
  together.join(a, group);
  together.join(b, group);
  together.group_ended(group);
  EXPECT_EQ(offsets(together.record_ended(a, at(1), false)), Offsets{});
  EXPECT_EQ(offsets(together.record_ended(b, at(2), true)), Offsets{});
}

TEST_F(DoneTogetherTest, AGroupThatIsGivenUpTakesThoseLinkedToItAlong) {
  together.join(a, group);
  together.join(a, other);
  together.join(b, other);
  together.lose(group);
  together.group_ended(group);
  together.group_ended(other);
  EXPECT_EQ(offsets(together.record_ended(a, at(1), true)), Offsets{});
  EXPECT_EQ(offsets(together.record_ended(b, at(2), true)), Offsets{});
}

}  // namespace
}  // namespace radflow
