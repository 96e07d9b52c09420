#include "connectors/kafka/transactions/transaction_batches.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

Position at(std::int64_t offset, std::uint64_t generation = 1) { return {"frames", 0, offset, generation}; }
TransactionBatch::Output output(const Position& from) { return {0, std::make_shared<const Record>(), from}; }

TEST(TransactionBatches, OneIsOpenWhileTheOneAheadIsCommitted) {
  TransactionBatches batches;
  Position first = at(5), second = at(6);
  batches.begin("member");
  EXPECT_TRUE(batches.enter(first));
  EXPECT_TRUE(batches.close());
  ASSERT_TRUE(batches.ahead());
  EXPECT_EQ(batches.ahead()->member, "member");
  EXPECT_TRUE(batches.enter(second));
  EXPECT_EQ(second.transaction, first.transaction + 1);
  EXPECT_FALSE(batches.close()) << "one is ahead";
  EXPECT_FALSE(batches.done(second));
  batches.add(first, output(first));
  EXPECT_EQ(batches.next().pending(), 1);
  EXPECT_TRUE(batches.done(first)) << "the last record of the one ahead";
  EXPECT_EQ(batches.ahead()->settle().size(), 1u);
  batches.end_ahead();
  EXPECT_FALSE(batches.empty());
  EXPECT_TRUE(batches.close());
  batches.end_ahead();
  EXPECT_TRUE(batches.empty());
}

TEST(TransactionBatches, AnotherGenerationOfAPartitionWaitsForTheNextOne) {
  TransactionBatches batches;
  Position old = at(5), back = at(5, 2);
  EXPECT_TRUE(batches.enter(old));
  EXPECT_FALSE(batches.full());
  EXPECT_FALSE(batches.enter(back));
  EXPECT_TRUE(batches.full());
  EXPECT_TRUE(batches.close());
  EXPECT_FALSE(batches.full());
  EXPECT_TRUE(batches.enter(back));
}

TEST(TransactionBatches, WhatComesOfDroppedRecordsFindsNothing) {
  TransactionBatches batches;
  Position ahead = at(5), open = at(6), anew = at(5);
  EXPECT_TRUE(batches.enter(ahead));
  EXPECT_TRUE(batches.close());
  EXPECT_TRUE(batches.enter(open));
  batches.clear();
  EXPECT_TRUE(batches.empty());
  EXPECT_TRUE(batches.enter(anew));
  EXPECT_TRUE(batches.close());
  for (const Position& position : {ahead, open}) {
    batches.add(position, output(position));
    EXPECT_FALSE(batches.done(position));
  }
  EXPECT_EQ(batches.next().pending(), 1);
  EXPECT_TRUE(batches.ahead()->settle().empty());
  EXPECT_TRUE(batches.done(anew));
}

}  // namespace
}  // namespace radflow::kafka
