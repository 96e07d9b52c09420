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

Epoch::Range* Epoch::find(const Position& position) {
  const auto found = ranges_.find(position.generation);
  if (found != ranges_.end()) return &found->second;
  for (const auto& [generation, other] : ranges_)
    if (other.partition == position.partition && other.topic == position.topic) return nullptr;
  return &ranges_.emplace(position.generation, Range{position.topic, position.partition}).first->second;
}

bool Epoch::enter(const Position& position) {
  Range* range = find(position);
  if (!range) return false;
  range->next = position.offset + 1;
  ++range->records;
  ++range->pending;
  ++records_;
  return true;
}

void Epoch::leave(const Position& position) {
  const auto found = ranges_.find(position.generation);
  if (found == ranges_.end()) return;  // the partition was given up meanwhile
  Range& range = found->second;
  range.next = position.offset;
  --range.pending;
  --records_;
  if (--range.records == 0) ranges_.erase(found);
}

bool Epoch::pass(const Position& position) {
  Range* range = find(position);
  if (range) range->next = std::max(range->next, position.offset);
  return range != nullptr;
}

void Epoch::done(const Position& position) {
  if (const auto found = ranges_.find(position.generation); found != ranges_.end()) --found->second.pending;
}

void Epoch::add(Output output) {
  if (!ranges_.contains(output.origin.generation)) return;
  bytes_ += static_cast<std::int64_t>(output.record->bytes()) + output_overhead;
  outputs_.push_back(std::move(output));
}

void Epoch::drop(const rd_kafka_topic_partition_list_t& partitions) {
  std::erase_if(ranges_, [&](const auto& range) { return contains(partitions, range.second); });
}

bool Epoch::holds(const rd_kafka_topic_partition_list_t& partitions) const {
  return std::ranges::any_of(ranges_, [&](const auto& range) { return contains(partitions, range.second); });
}

std::int64_t Epoch::pending() const {
  std::int64_t sum = 0;
  for (const auto& [generation, range] : ranges_) sum += range.pending;
  return sum;
}

const std::vector<Epoch::Output>& Epoch::settle() {
  std::erase_if(outputs_, [&](const Output& output) { return !ranges_.contains(output.origin.generation); });
  return outputs_;
}

PartitionsPtr Epoch::offsets(const Metadata& metadata) const {
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
