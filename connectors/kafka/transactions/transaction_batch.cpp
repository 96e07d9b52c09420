#include "connectors/kafka/transactions/transaction_batch.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

// What an output takes besides its bytes.
constexpr std::int64_t output_overhead = 512;

bool contains(const rd_kafka_topic_partition_list_t& list, const auto& range) {
  return rd_kafka_topic_partition_list_find(&list, range.topic.c_str(), range.partition) != nullptr;
}

}  // namespace

TransactionBatch::Range* TransactionBatch::find(const Position& position) {
  const auto found = ranges_.find(position.generation);
  if (found != ranges_.end()) return &found->second;
  for (const auto& [generation, other] : ranges_)
    if (other.partition == position.partition && other.topic == position.topic) return nullptr;
  return &ranges_.emplace(position.generation, Range{position.topic, position.partition}).first->second;
}

bool TransactionBatch::enter(const Position& position) {
  Range* range = find(position);
  if (!range) return false;
  range->next = position.offset + 1;
  ++range->records;
  ++range->pending;
  ++records_;
  return true;
}

void TransactionBatch::leave(const Position& position) {
  const auto found = ranges_.find(position.generation);
  if (found == ranges_.end()) return;  // the partition was given up meanwhile
  Range& range = found->second;
  range.next = position.offset;
  --range.pending;
  --records_;
  if (--range.records == 0) ranges_.erase(found);
}

bool TransactionBatch::pass(const Position& position) {
  Range* range = find(position);
  if (range) range->next = std::max(range->next, position.offset);
  return range != nullptr;
}

void TransactionBatch::done(const Position& position) {
  if (const auto found = ranges_.find(position.generation); found != ranges_.end()) --found->second.pending;
}

void TransactionBatch::add(Output output) {
  if (!ranges_.contains(output.origin.generation)) return;
  bytes_ += static_cast<std::int64_t>(output.record->bytes()) + output_overhead;
  outputs_.push_back(std::move(output));
}

void TransactionBatch::drop(const rd_kafka_topic_partition_list_t& partitions) {
  std::erase_if(ranges_, [&](const auto& range) { return contains(partitions, range.second); });
}

bool TransactionBatch::holds(const rd_kafka_topic_partition_list_t& partitions) const {
  return std::ranges::any_of(ranges_, [&](const auto& range) { return contains(partitions, range.second); });
}

std::int64_t TransactionBatch::pending() const {
  std::int64_t sum = 0;
  for (const auto& [generation, range] : ranges_) sum += range.pending;
  return sum;
}

const std::vector<TransactionBatch::Output>& TransactionBatch::settle() {
  std::erase_if(outputs_, [&](const Output& output) { return !ranges_.contains(output.origin.generation); });
  return outputs_;
}

PartitionsPtr TransactionBatch::offsets(const Metadata& metadata) const {
  PartitionsPtr list = partition_list(static_cast<int>(ranges_.size()));
  for (const auto& [generation, range] : ranges_) {
    rd_kafka_topic_partition_t* entry =
        rd_kafka_topic_partition_list_add(list.get(), range.topic.c_str(), range.partition);
    entry->offset = range.next;
    set_metadata(*entry, metadata(range.records));
  }
  return list;
}

}  // namespace radflow::kafka
