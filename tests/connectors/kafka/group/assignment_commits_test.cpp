// What a commit of an assignment says: the offset, what is done above it, who is at work.
#include "tests/connectors/kafka/group/held_partition.hpp"

namespace radflow::kafka {
namespace {

std::string said(const PartitionsPtr& commit) {
  const auto& entry = commit->elems[0];
  return std::to_string(entry.offset) + " " +
         std::string{static_cast<const char*>(entry.metadata), entry.metadata_size};
}

TEST_F(HeldPartition, CountsWhatACrashWouldRepeat) {
  EXPECT_EQ(assignment.uncommitted(), 0);
  for (std::int64_t offset = 1000; offset < 1010; ++offset) read(offset);  // a group that was here before
  EXPECT_EQ(assignment.uncommitted(), 10);
  for (const std::int64_t offset : {1000, 1001, 1002, 1005}) done(offset);
  EXPECT_EQ(assignment.done_since_commit(), 4);
  EXPECT_EQ(assignment.uncommitted(), 10);
  EXPECT_EQ(commit(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS), 1003);
  EXPECT_EQ(assignment.uncommitted(), 10) << "the commit failed";
  EXPECT_EQ(commit(), 1003) << "and is due again";
  EXPECT_EQ(assignment.uncommitted(), 7);
  EXPECT_EQ(assignment.done_since_commit(), 0);
  EXPECT_EQ(commit(), -1);
  assignment.remove(*list);
  EXPECT_EQ(assignment.uncommitted(), 0);
}

TEST_F(HeldPartition, ACommitSaysWhatIsDoneAboveIt) {
  const auto metadata = [&] {
    const PartitionsPtr due = assignment.to_commit();
    if (!due) return std::string{"nothing due"};
    assignment.committed(*due, RD_KAFKA_RESP_ERR_NO_ERROR);
    return std::string{static_cast<const char*>(due->elems[0].metadata), due->elems[0].metadata_size};
  };
  for (std::int64_t offset = 10; offset < 16; ++offset) {
    Position position{"t", 0, offset};
    ASSERT_TRUE(assignment.admit(position, static_cast<std::uint64_t>(offset % 2)));
    generation = position.generation;
  }
  EXPECT_EQ(metadata(), "radflow test");
  EXPECT_EQ(metadata(), "nothing due");
  done(12);  // behind 10, of its order
  EXPECT_EQ(metadata(), "nothing due");
  done(11);
  EXPECT_EQ(metadata(), "radflow test ahead=10+1x1");
  EXPECT_EQ(metadata(), "nothing due");
  done(10);
  EXPECT_EQ(metadata(), "radflow test");
  done(15);  // behind 13
  done(14);
  EXPECT_EQ(metadata(), "radflow test ahead=13+1x1");
}

TEST_F(HeldPartition, ABrokerThatRefusesTheLengthGetsCommitsWithoutIt) {
  for (std::int64_t offset = 10; offset < 14; ++offset) {
    Position position{"t", 0, offset};
    ASSERT_TRUE(assignment.admit(position, static_cast<std::uint64_t>(offset)));
    generation = position.generation;
  }
  done(12);
  const PartitionsPtr due = assignment.to_commit();
  due->elems[0].err = RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE;
  assignment.committed(*due, RD_KAFKA_RESP_ERR_NO_ERROR);
  const PartitionsPtr again = assignment.to_commit();
  ASSERT_TRUE(again);
  EXPECT_EQ((std::string{static_cast<const char*>(again->elems[0].metadata), again->elems[0].metadata_size}),
            "radflow test");
}

TEST_F(HeldPartition, ACommitKeepsWhatTheOwnerBeforeDidUntilItIsReadAgain) {
  read(100);
  assignment.done_before({"t", 0, 100, generation}, {{103, 105}, {110, 111}});
  const auto metadata = [&] {
    const PartitionsPtr due = assignment.commit_with({"t", 0, 100, generation}, {});
    return std::string{static_cast<const char*>(due->elems[0].metadata), due->elems[0].metadata_size};
  };
  EXPECT_EQ(metadata(), "radflow test ahead=100+3x2+5x1");
  for (const int offset : {101, 102, 103, 104}) read(offset);
  EXPECT_EQ(metadata(), "radflow test ahead=100+10x1") << "what was read again is done, or it is not";
}

TEST_F(HeldPartition, SaysWhoIsAtWorkUntilItIsGivenUp) {
  read(5);
  const Position first{"t", 0, 5, generation};
  const CommitMetadata metadata{"me", 0, 0};
  EXPECT_FALSE(assignment.was_committed_with(first, metadata));
  const PartitionsPtr asked = assignment.commit_with(first, metadata);
  ASSERT_TRUE(asked);
  EXPECT_EQ(said(asked), "5 radflow test owner=me deaths=0 span=640") << "how fast it is read is not known";
  EXPECT_FALSE(assignment.was_committed_with(first, metadata)) << "not acknowledged";
  assignment.committed(*asked, RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_TRUE(assignment.was_committed_with(first, metadata));
  for (std::int64_t offset = 6; offset < 16; ++offset) read(offset);
  done(5);
  // Ten in flight, ten read since.
  EXPECT_EQ(said(assignment.to_commit()), "6 radflow test owner=me deaths=0 span=46");
  EXPECT_FALSE(assignment.to_commit());
  assignment.close(*list);
  EXPECT_EQ(said(assignment.to_commit()), "6 radflow test") << "though it was committed";
}

TEST_F(HeldPartition, BlamesADeathOnNoRecordThatIsDone) {
  read(5);
  const Position first{"t", 0, 5, generation};
  EXPECT_EQ(said(assignment.commit_with(first, {"me", 1, 1})), "5 radflow test owner=me deaths=1 span=1");
  read(6);
  EXPECT_FALSE(assignment.commit_with({"t", 0, 6, generation}, {"me", 1, 1})) << "5 comes first";
  EXPECT_FALSE(assignment.wait_first({"t", 0, 6, generation}, std::chrono::milliseconds{1}));
  done(5);
  EXPECT_TRUE(assignment.wait_first({"t", 0, 6, generation}, std::chrono::milliseconds{1}));
  EXPECT_EQ(said(assignment.to_commit()), "6 radflow test owner=me deaths=1 span=1");
  done(6);
  EXPECT_EQ(said(assignment.to_commit()), "7 radflow test owner=me deaths=0 span=16");
}

}  // namespace
}  // namespace radflow::kafka
