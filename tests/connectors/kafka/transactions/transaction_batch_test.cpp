#include "connectors/kafka/transactions/transaction_batch.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

Position at(std::int64_t offset, std::int32_t partition = 0, std::uint64_t generation = 1) {
  return {"frames", partition, offset, generation, 1};
}
TransactionBatch::Output output(const Position& from, std::size_t bytes = 10) {
  Record record;
  record.value = Bytes::of(std::string(bytes, 'x'));
  return {0, std::make_shared<const Record>(record), from};
}
PartitionsPtr partition(std::int32_t number) {
  PartitionsPtr list = partition_list();
  rd_kafka_topic_partition_list_add(list.get(), "frames", number);
  return list;
}
std::int64_t next(const TransactionBatch& batch, std::int32_t partition) {
  const PartitionsPtr offsets = batch.offsets([](std::int64_t) { return ""; });
  const auto* found = rd_kafka_topic_partition_list_find(offsets.get(), "frames", partition);
  return found ? found->offset : -1;
}

TEST(TransactionBatch, CommitsTheOffsetAfterTheLastRecordOfEachPartition) {
  TransactionBatch batch;
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.enter(at(5)));
  EXPECT_TRUE(batch.enter(at(9)));  // offsets have gaps
  EXPECT_TRUE(batch.enter(at(2, 1, 2)));
  EXPECT_EQ(batch.pending(), 3);
  batch.done(at(9));
  batch.done(at(5));
  batch.done(at(2, 1, 2));
  EXPECT_EQ(batch.pending(), 0);
  EXPECT_EQ(next(batch, 0), 10);
  EXPECT_EQ(next(batch, 1), 3);
  EXPECT_TRUE(batch.pass(at(12)));
  EXPECT_EQ(next(batch, 0), 12);
}

TEST(TransactionBatch, ARecordThatWasNotAdmittedLeavesNothing) {
  TransactionBatch batch;
  batch.enter(at(5));
  batch.leave(at(5));
  EXPECT_TRUE(batch.empty());
  batch.enter(at(5));
  batch.enter(at(6));
  batch.leave(at(6));
  EXPECT_EQ(next(batch, 0), 6);
  EXPECT_EQ(batch.records(), 1);
  batch.done(at(5));
  EXPECT_EQ(batch.pending(), 0);
}

TEST(TransactionBatch, OnePartitionHasOneGenerationInIt) {
  TransactionBatch batch;
  EXPECT_TRUE(batch.enter(at(500)));
  EXPECT_FALSE(batch.enter(at(0, 0, 7))) << "the topic was made anew";
  EXPECT_TRUE(batch.enter(at(0, 1, 7)));
}

TEST(TransactionBatch, GivesUpAPartitionWithAllThatCameOfIt) {
  TransactionBatch batch;
  batch.enter(at(1));
  batch.enter(at(1, 1, 2));
  batch.add(output(at(1)));
  batch.add(output(at(1, 1, 2), 20));
  EXPECT_TRUE(batch.holds(*partition(0)));
  batch.drop(*partition(0));
  EXPECT_FALSE(batch.holds(*partition(0)));
  EXPECT_EQ(batch.pending(), 1);
  batch.done(at(1));         // comes late
  batch.add(output(at(1)));  // this one does, too
  EXPECT_EQ(batch.pending(), 1);
  batch.done(at(1, 1, 2));
  ASSERT_EQ(batch.settle().size(), 1u);
  EXPECT_EQ(batch.settle()[0].record->value.size(), 20u);
  EXPECT_EQ(next(batch, 0), -1);
  // Given back, it begins anew.
  EXPECT_TRUE(batch.enter(at(1, 0, 3)));
  EXPECT_EQ(batch.settle().size(), 1u);
}

}  // namespace
}  // namespace radflow::kafka
