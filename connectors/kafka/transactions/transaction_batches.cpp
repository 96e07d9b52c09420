#include "connectors/kafka/transactions/transaction_batches.hpp"

#include <utility>

namespace radflow::kafka {
namespace {

// When an epoch is closed at the latest. Two are held at most.
constexpr std::int64_t most_records = 20'000;
constexpr std::int64_t most_bytes = std::int64_t{16} << 20;

}  // namespace

Epoch* Epochs::find(const Position& position) {
  if (position.transaction == number_) return &open_;
  return position.transaction + 1 == number_ ? ahead() : nullptr;
}

void Epochs::begin(std::string member) {
  open_.member = std::move(member);
  begun_ = Clock::now();
}

bool Epochs::enter(Position& position) {
  if (!open_.enter(position)) {
    conflict_ = true;
    return false;
  }
  position.transaction = number_;
  return true;
}

void Epochs::leave(const Position& position) {
  if (Epoch* epoch = find(position)) epoch->leave(position);
}

void Epochs::pass(const Position& position) { conflict_ = !open_.pass(position) || conflict_; }

bool Epochs::done(const Position& position) {
  Epoch* epoch = find(position);
  if (!epoch) return false;
  epoch->done(position);
  return epoch == ahead() && epoch->pending() == 0;
}

void Epochs::add(const Position& origin, Epoch::Output output) {
  if (Epoch* epoch = find(origin)) epoch->add(std::move(output));
}

bool Epochs::full() const {
  return conflict_ || open_.records() >= most_records || open_.bytes() >= most_bytes;
}

bool Epochs::close() {
  if (ahead_) return false;
  ahead_ = std::exchange(open_, {});
  conflict_ = false;
  ++number_;
  return true;
}

void Epochs::clear() {
  open_ = {};
  ahead_.reset();
  conflict_ = false;
  number_ += 2;
}

bool Epochs::holds(const rd_kafka_topic_partition_list_t& partitions) const {
  return open_.holds(partitions) || (ahead_ && ahead_->holds(partitions));
}

void Epochs::drop(const rd_kafka_topic_partition_list_t& partitions) {
  open_.drop(partitions);
  if (ahead_) ahead_->drop(partitions);
}

}  // namespace radflow::kafka
