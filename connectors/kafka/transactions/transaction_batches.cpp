#include "connectors/kafka/transactions/transaction_batches.hpp"

#include <utility>

namespace radflow::kafka {
namespace {

// When a batch is closed at the latest. Two are held at most.
constexpr std::int64_t most_records = 20'000;
constexpr std::int64_t most_bytes = std::int64_t{16} << 20;

}  // namespace

TransactionBatch* TransactionBatches::find(const Position& position) {
  if (position.transaction == number_) return &open_;
  return position.transaction + 1 == number_ ? ahead() : nullptr;
}

void TransactionBatches::begin(std::string member) {
  open_.member = std::move(member);
  begun_ = Clock::now();
}

bool TransactionBatches::enter(Position& position) {
  if (!open_.enter(position)) {
    conflict_ = true;
    return false;
  }
  position.transaction = number_;
  return true;
}

void TransactionBatches::leave(const Position& position) {
  if (TransactionBatch* batch = find(position)) batch->leave(position);
}

void TransactionBatches::pass(const Position& position) { conflict_ = !open_.pass(position) || conflict_; }

bool TransactionBatches::done(const Position& position) {
  TransactionBatch* batch = find(position);
  if (!batch) return false;
  batch->done(position);
  return batch == ahead() && batch->pending() == 0;
}

void TransactionBatches::add(const Position& origin, TransactionBatch::Output output) {
  if (TransactionBatch* batch = find(origin)) batch->add(std::move(output));
}

bool TransactionBatches::full() const {
  return conflict_ || open_.records() >= most_records || open_.bytes() >= most_bytes;
}

bool TransactionBatches::close() {
  if (ahead_) return false;
  ahead_ = std::exchange(open_, {});
  conflict_ = false;
  ++number_;
  return true;
}

void TransactionBatches::clear() {
  open_ = {};
  ahead_.reset();
  conflict_ = false;
  number_ += 2;
}

bool TransactionBatches::holds(const rd_kafka_topic_partition_list_t& partitions) const {
  return open_.holds(partitions) || (ahead_ && ahead_->holds(partitions));
}

void TransactionBatches::drop(const rd_kafka_topic_partition_list_t& partitions) {
  open_.drop(partitions);
  if (ahead_) ahead_->drop(partitions);
}

}  // namespace radflow::kafka
