#include "connectors/kafka/transactions/transaction_batch.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

Position at(std::int64_t offset, std::int32_t partition = 0, std::uint64_t generation = 1) {
  return {"frames", partition, offset, generation, 1};
}
Epoch::Output output(const Position& from, std::size_t bytes = 10) {
  Record record;
  record.value = Bytes::of(std::string(bytes, 'x'));
  return {0, std::make_shared<const Record>(record), from};
}
PartitionsPtr partition(std::int32_t number) {
  PartitionsPtr list = partition_list();
  rd_kafka_topic_partition_list_add(list.get(), "frames", number);
  return list;
}
std::int64_t next(const Epoch& epoch, std::int32_t partition) {
  const PartitionsPtr offsets = epoch.offsets([](std::int64_t) { return ""; });
  const auto* found = rd_kafka_topic_partition_list_find(offsets.get(), "frames", partition);
  return found ? found->offset : -1;
}

TEST(Epoch, CommitsTheOffsetAfterTheLastRecordOfEachPartition) {
  Epoch epoch;
  EXPECT_TRUE(epoch.empty());
  EXPECT_TRUE(epoch.enter(at(5)));
  EXPECT_TRUE(epoch.enter(at(9)));  // offsets have gaps
  EXPECT_TRUE(epoch.enter(at(2, 1, 2)));
  EXPECT_EQ(epoch.pending(), 3);
  epoch.done(at(9));
  epoch.done(at(5));
  epoch.done(at(2, 1, 2));
  EXPECT_EQ(epoch.pending(), 0);
  EXPECT_EQ(next(epoch, 0), 10);
  EXPECT_EQ(next(epoch, 1), 3);
  EXPECT_TRUE(epoch.pass(at(12)));
  EXPECT_EQ(next(epoch, 0), 12);
}

TEST(Epoch, ARecordThatWasNotAdmittedLeavesNothing) {
  Epoch epoch;
  epoch.enter(at(5));
  epoch.leave(at(5));
  EXPECT_TRUE(epoch.empty());
  epoch.enter(at(5));
  epoch.enter(at(6));
  epoch.leave(at(6));
  EXPECT_EQ(next(epoch, 0), 6);
  EXPECT_EQ(epoch.records(), 1);
  epoch.done(at(5));
  EXPECT_EQ(epoch.pending(), 0);
}

TEST(Epoch, OnePartitionHasOneGenerationInIt) {
  Epoch epoch;
  EXPECT_TRUE(epoch.enter(at(500)));
  EXPECT_FALSE(epoch.enter(at(0, 0, 7))) << "the topic was made anew";
  EXPECT_TRUE(epoch.enter(at(0, 1, 7)));
}

TEST(Epoch, GivesUpAPartitionWithAllThatCameOfIt) {
  Epoch epoch;
  epoch.enter(at(1));
  epoch.enter(at(1, 1, 2));
  epoch.add(output(at(1)));
  epoch.add(output(at(1, 1, 2), 20));
  EXPECT_TRUE(epoch.holds(*partition(0)));
  epoch.drop(*partition(0));
  EXPECT_FALSE(epoch.holds(*partition(0)));
  EXPECT_EQ(epoch.pending(), 1);
  epoch.done(at(1));         // comes late
  epoch.add(output(at(1)));  // as does this
  EXPECT_EQ(epoch.pending(), 1);
  epoch.done(at(1, 1, 2));
  ASSERT_EQ(epoch.settle().size(), 1u);
  EXPECT_EQ(epoch.settle()[0].record->value.size(), 20u);
  EXPECT_EQ(next(epoch, 0), -1);
  // Given back, it begins anew.
  EXPECT_TRUE(epoch.enter(at(1, 0, 3)));
  EXPECT_EQ(epoch.settle().size(), 1u);
}

}  // namespace
}  // namespace radflow::kafka
