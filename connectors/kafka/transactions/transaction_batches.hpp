// Epochs: those of a graph at one time. One is open: records enter it and are computed while the one ahead,
// closed before, is committed. Not thread-safe: Transactions locks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/transactions/transaction_batch.hpp"

namespace radflow::kafka {

class Epochs {
 public:
  using Clock = std::chrono::steady_clock;

  // Before the first record of the open one: as which member of the group it is read.
  void begin(std::string member);
  // Gives the position its epoch, as its transaction. False: its partition is in here with another
  // generation, and the open one is full.
  bool enter(Position& position);
  void leave(const Position& position);
  void pass(const Position& position);
  // True if it was the last record of the one ahead.
  bool done(const Position& position);
  // Left out if its epoch or partition was dropped.
  void add(const Position& origin, Epoch::Output output);

  // The open one takes no more, by count, by bytes, or because of a generation.
  bool full() const;
  // Closes it, and opens another. False: there is one ahead still.
  bool close();
  // The one ahead is committed.
  void end_ahead() { ahead_.reset(); }
  // Drops both: what comes of their records finds nothing.
  void clear();

  const Epoch& open() const { return open_; }
  Clock::time_point begun() const { return begun_; }  // the open one
  Epoch* ahead() { return ahead_ ? &*ahead_ : nullptr; }
  // That is committed next.
  const Epoch& next() const { return ahead_ ? *ahead_ : open_; }
  bool empty() const { return !ahead_ && open_.empty(); }

  bool holds(const rd_kafka_topic_partition_list_t& partitions) const;
  void drop(const rd_kafka_topic_partition_list_t& partitions);

 private:
  Epoch* find(const Position& position);

  Epoch open_;
  std::optional<Epoch> ahead_;
  std::uint64_t number_ = 1;  // of open_; ahead_ has the one before
  Clock::time_point begun_{};
  bool conflict_ = false;  // a partition came back with another generation: only the next epoch may hold it
};

}  // namespace radflow::kafka
