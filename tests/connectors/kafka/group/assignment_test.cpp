// What an assignment knows of its partitions: ends, jumps, generations, what was given up.
#include "tests/connectors/kafka/group/held_partition.hpp"

namespace radflow::kafka {
namespace {

TEST_F(HeldPartition, KnowsWhatTheOwnerBeforeDid) {
  read(100);
  assignment.done_before({"t", 0, 100, generation}, {{103, 105}, {110, 111}});
  const auto was_done = [&](std::int64_t offset) {
    return assignment.was_done_before({"t", 0, offset, generation});
  };
  for (const int offset : {103, 104, 110}) EXPECT_TRUE(was_done(offset)) << offset;
  for (const int offset : {100, 102, 105, 109, 111}) EXPECT_FALSE(was_done(offset)) << offset;
  read(3);  // the topic was made anew
  for (const int offset : {103, 104, 110}) EXPECT_FALSE(was_done(offset)) << offset;
}

TEST_F(HeldPartition, CountsAnewWhenTheTopicIsMadeAnew) {
  for (std::int64_t offset = 50; offset < 60; ++offset) read(offset);
  read(0);
  EXPECT_EQ(assignment.uncommitted(), 1);
}

TEST_F(HeldPartition, KnowsWhatComesOfAPartitionThatWasGivenUp) {
  const PartitionsPtr other = partition_list();
  rd_kafka_topic_partition_list_add(other.get(), "t", 1);
  assignment.add(*other);
  Position stays{"t", 1, 7};
  ASSERT_TRUE(assignment.admit(stays));
  read(5);
  read(6);
  const Position old{"t", 0, 5, generation};
  done(6);
  EXPECT_FALSE(assignment.given_up(old));
  assignment.remove(*list);
  EXPECT_TRUE(assignment.given_up(old));
  EXPECT_FALSE(assignment.given_up(stays)) << "the other one goes on";
  assignment.add(*list);
  EXPECT_TRUE(assignment.given_up(old)) << "it came back and is read again";
  read(5);
  const Position again{"t", 0, 5, generation};
  EXPECT_FALSE(assignment.given_up(again));
  read(0);  // the topic was made anew: nobody else has what came of the old one
  EXPECT_FALSE(assignment.given_up(again));
  assignment.done(old);
  EXPECT_FALSE(assignment.given_up(old)) << "nothing of that kind is under way: not looked up any more";
}

TEST_F(HeldPartition, ReachesAnEndBehindAGap) {
  assignment.set_end("t", 0, 5);
  read(0);
  done(0);
  assignment.skip_to("t", 0, 5);
  EXPECT_TRUE(assignment.all_at_end());
  EXPECT_EQ(commit(), 5);
}

TEST_F(HeldPartition, LeavesWhatIsBeyondTheEndToTheNextRun) {
  assignment.set_end("t", 0, 2);
  read(0);
  read(1);
  done(0);
  done(1);
  EXPECT_TRUE(assignment.beyond_end({"t", 0, 2}));
  assignment.skip_to("t", 0, 7);  // the partition has grown since
  EXPECT_TRUE(assignment.all_at_end());
  EXPECT_EQ(commit(), 2);
}

TEST_F(HeldPartition, DoesNotWaitForARecordThatCannotEnterTheGraphMeanwhile) {
  using namespace std::chrono_literals;
  const auto takes = [&] {
    const auto begin = std::chrono::steady_clock::now();
    assignment.wait_idle(*list, 300ms);
    return std::chrono::steady_clock::now() - begin;
  };
  read(5);
  read(6);
  const Position in_hand{"t", 0, 6, generation};
  assignment.set_outside([&] { return std::vector{in_hand}; });
  EXPECT_GE(takes(), 300ms) << "5 is being computed";
  done(5);
  EXPECT_LT(takes(), 300ms);
  assignment.set_outside({});
  EXPECT_GE(takes(), 300ms);
}

TEST_F(HeldPartition, KnowsWhereTheNextRecordIsToBe) {
  list->elems[0].offset = 7;
  assignment.add(*list, 3);
  EXPECT_FALSE(assignment.jump({"t", 0, 7}));
  const auto jump = assignment.jump({"t", 0, 9});
  ASSERT_TRUE(jump);
  EXPECT_EQ(jump->expected, 7);
  EXPECT_EQ(jump->asked, 3u);
  read(9);
  EXPECT_FALSE(assignment.jump({"t", 0, 10}));
  assignment.asked({"t", 0, 10}, 4);
  EXPECT_EQ(assignment.jump({"t", 0, 12})->asked, 4u);
  const std::uint64_t before = generation;
  assignment.begins_at({"t", 0, 0}, 0);  // the topic was made anew
  EXPECT_FALSE(assignment.jump({"t", 0, 0}));
  read(0);
  EXPECT_NE(generation, before);
  list->elems[0].offset = RD_KAFKA_OFFSET_INVALID;
  assignment.add(*list);
  EXPECT_EQ(assignment.jump({"t", 0, 3})->expected, Assignment::unsettled);
  list->elems[0].offset = RD_KAFKA_OFFSET_BEGINNING;
  assignment.add(*list);
  EXPECT_FALSE(assignment.jump({"t", 0, 3})) << "wherever it begins";
}

}  // namespace
}  // namespace radflow::kafka
