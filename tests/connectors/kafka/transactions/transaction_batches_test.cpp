#include "connectors/kafka/transactions/transaction_batches.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

Position at(std::int64_t offset, std::uint64_t generation = 1) { return {"frames", 0, offset, generation}; }
Epoch::Output output(const Position& from) { return {0, std::make_shared<const Record>(), from}; }

TEST(Epochs, OneIsOpenWhileTheOneAheadIsCommitted) {
  Epochs epochs;
  Position first = at(5), second = at(6);
  epochs.begin("member");
  EXPECT_TRUE(epochs.enter(first));
  EXPECT_TRUE(epochs.close());
  ASSERT_TRUE(epochs.ahead());
  EXPECT_EQ(epochs.ahead()->member, "member");
  EXPECT_TRUE(epochs.enter(second));
  EXPECT_EQ(second.transaction, first.transaction + 1);
  EXPECT_FALSE(epochs.close()) << "one is ahead";
  EXPECT_FALSE(epochs.done(second));
  epochs.add(first, output(first));
  EXPECT_EQ(epochs.next().pending(), 1);
  EXPECT_TRUE(epochs.done(first)) << "the last record of the one ahead";
  EXPECT_EQ(epochs.ahead()->settle().size(), 1u);
  epochs.end_ahead();
  EXPECT_FALSE(epochs.empty());
  EXPECT_TRUE(epochs.close());
  epochs.end_ahead();
  EXPECT_TRUE(epochs.empty());
}

TEST(Epochs, AnotherGenerationOfAPartitionWaitsForTheNextOne) {
  Epochs epochs;
  Position old = at(5), back = at(5, 2);
  EXPECT_TRUE(epochs.enter(old));
  EXPECT_FALSE(epochs.full());
  EXPECT_FALSE(epochs.enter(back));
  EXPECT_TRUE(epochs.full());
  EXPECT_TRUE(epochs.close());
  EXPECT_FALSE(epochs.full());
  EXPECT_TRUE(epochs.enter(back));
}

TEST(Epochs, WhatComesOfDroppedRecordsFindsNothing) {
  Epochs epochs;
  Position ahead = at(5), open = at(6), anew = at(5);
  EXPECT_TRUE(epochs.enter(ahead));
  EXPECT_TRUE(epochs.close());
  EXPECT_TRUE(epochs.enter(open));
  epochs.clear();
  EXPECT_TRUE(epochs.empty());
  EXPECT_TRUE(epochs.enter(anew));
  EXPECT_TRUE(epochs.close());
  for (const Position& position : {ahead, open}) {
    epochs.add(position, output(position));
    EXPECT_FALSE(epochs.done(position));
  }
  EXPECT_EQ(epochs.next().pending(), 1);
  EXPECT_TRUE(epochs.ahead()->settle().empty());
  EXPECT_TRUE(epochs.done(anew));
}

}  // namespace
}  // namespace radflow::kafka
