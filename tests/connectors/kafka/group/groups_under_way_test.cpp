// What counts as under way of a partition whose records are gathered: what is read and neither waits in an open group
// nor is done, and what such a group leads to once it has ended.
#include <gtest/gtest.h>

#include "connectors/kafka/group/assignment.hpp"

namespace radflow::kafka {
namespace {

class GatheringPartition : public testing::Test {
 protected:
  GatheringPartition() {
    rd_kafka_topic_partition_list_add(list.get(), "t", 0);
    assignment.gathers();
    assignment.add(*list);
    for (std::int64_t offset = 0; offset < 6; ++offset) {
      Position position{"t", 0, offset};
      EXPECT_TRUE(assignment.admit(position));
      generation = position.generation;
    }
  }
  Position at(std::int64_t offset) const { return {"t", 0, offset, generation}; }
  std::vector<Position> group(std::int64_t from, std::int64_t end) const {
    std::vector<Position> all;
    for (; from < end; ++from) all.push_back(at(from));
    return all;
  }
  std::int64_t pending() const { return assignment.status().at(0).pending; }

  Assignment assignment{"test"};
  PartitionsPtr list = partition_list();
  std::uint64_t generation = 0;
};

TEST_F(GatheringPartition, MembersOfAnOpenGroupAreNot) {
  EXPECT_EQ(assignment.uncommitted(), 6);
  for (const Position& member : group(0, 4)) assignment.parked(member);
  EXPECT_EQ(assignment.uncommitted(), 2);
  EXPECT_EQ(pending(), 2);
}

TEST_F(GatheringPartition, AGroupThatIsFinishedIsUntilAllThatCameOfItHasEnded) {
  for (const Position& member : group(0, 4)) assignment.parked(member);
  assignment.group_starts(group(0, 4));
  EXPECT_EQ(assignment.uncommitted(), 6);
  EXPECT_EQ(pending(), 6);
  assignment.group_ends(group(0, 4));
  EXPECT_EQ(assignment.uncommitted(), 2);
  assignment.done_together(group(0, 4));
  EXPECT_EQ(assignment.uncommitted(), 2);
}

TEST_F(GatheringPartition, TheDeadLetterOfAMemberIsUntilItIsDone) {
  for (const Position& member : group(0, 4)) assignment.parked(member);
  assignment.under_way_again(at(1));
  assignment.under_way_again(at(2));
  EXPECT_EQ(assignment.uncommitted(), 4);
  assignment.done(at(1));
  EXPECT_EQ(assignment.uncommitted(), 3);
  assignment.done_together({at(2)});
  EXPECT_EQ(assignment.uncommitted(), 2);
}

TEST_F(GatheringPartition, AnOldGenerationCountsForNothing) {
  for (const Position& member : group(0, 6)) assignment.parked(member);
  assignment.group_starts(group(0, 4));
  const std::vector<Position> old = group(0, 4);
  assignment.remove(*list);
  assignment.add(*list);
  Position first{"t", 0, 0};
  EXPECT_TRUE(assignment.admit(first));
  assignment.group_ends(old);
  assignment.under_way_again(old[0]);
  EXPECT_EQ(assignment.uncommitted(), 1);
}

// All that is read is through, or is the one record that was not let in yet.
TEST_F(GatheringPartition, IsQuietWhenNothingIsUnderWay) {
  const auto quiet = [&](std::int64_t held_back) {
    const auto position = assignment.quiet(at(0), held_back);
    return position ? position->offset : -1;
  };
  for (const Position& member : group(0, 5)) assignment.parked(member);
  EXPECT_EQ(quiet(-1), -1);
  EXPECT_EQ(quiet(5), 5);
  assignment.group_starts(group(0, 2));
  EXPECT_EQ(quiet(5), -1);
  assignment.group_ends(group(0, 2));
  assignment.parked(at(5));
  EXPECT_EQ(quiet(-1), 6);
  EXPECT_FALSE(assignment.quiet({"t", 0, 0, generation + 1}, -1));
}

}  // namespace
}  // namespace radflow::kafka
