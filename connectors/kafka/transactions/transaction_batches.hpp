// TransactionBatches: those of a graph at one time. One is open: records enter it and are computed while the one ahead,
// closed before, is committed. Not thread-safe: Transactions locks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/transactions/transaction_batch.hpp"

namespace radflow::kafka {

class TransactionBatches {
 public:
  using Clock = std::chrono::steady_clock;

  // Before the first record of the open one: as which member of the group it is read.
  void begin(std::string member);
  // Gives the position its batch, as its transaction. False: its partition is in here with another
  // generation, and the open one is full.
  bool enter(Position& position);
  void leave(const Position& position);
  void pass(const Position& position);
  // True if it was the last record of the one ahead.
  bool done(const Position& position);
  // Left out if its batch or partition was dropped.
  void add(const Position& origin, TransactionBatch::Output output);

  // The open one takes no more, by count, by bytes, or because of a generation.
  bool full() const;
  // Closes it, and opens another. False: there is one ahead still.
  bool close();
  // The one ahead is committed.
  void end_ahead() { ahead_.reset(); }
  // Drops both: what comes of their records finds nothing.
  void clear();

  const TransactionBatch& open() const { return open_; }
  Clock::time_point begun() const { return begun_; }  // the open one
  TransactionBatch* ahead() { return ahead_ ? &*ahead_ : nullptr; }
  // That is committed next.
  const TransactionBatch& next() const { return ahead_ ? *ahead_ : open_; }
  bool empty() const { return !ahead_ && open_.empty(); }

  bool holds(const rd_kafka_topic_partition_list_t& partitions) const;
  void drop(const rd_kafka_topic_partition_list_t& partitions);

 private:
  TransactionBatch* find(const Position& position);

  TransactionBatch open_;
  std::optional<TransactionBatch> ahead_;
  std::uint64_t number_ = 1;  // of open_; ahead_ has the one before
  Clock::time_point begun_{};
  bool conflict_ = false;  // a partition came back with another generation: only the next batch may hold it
};

}  // namespace radflow::kafka
