// TransactionBatch: what becomes one transaction: one contiguous range of records per partition, fixed at admission, and
// everything that came of them. Not thread-safe: its owner locks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/kafka/librdkafka/handle.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

class TransactionBatch {
 public:
  struct Output {
    std::size_t topic = 0;  // by number, of Transactions
    std::shared_ptr<const Record> record;
    Position origin;  // where the record stood that it came of
  };

  std::string member;  // of the consumer group: as which its records were read

  // A record is about to be admitted. False: its partition is in here with another generation.
  bool enter(const Position& position);
  // The last record of its partition was not admitted after all.
  void leave(const Position& position);
  // Nothing lies between the last record of the partition and this position. False as enter().
  bool pass(const Position& position);
  // Nothing more comes of the record.
  void done(const Position& position);

  // Left out if the partition was given up.
  void add(Output output);

  // Forgets the records of these partitions and what came of them: another member computes them again.
  // What is in outputs() stays there until settle().
  void drop(const rd_kafka_topic_partition_list_t& partitions);
  bool holds(const rd_kafka_topic_partition_list_t& partitions) const;

  bool empty() const { return ranges_.empty(); }
  // Records that are not done.
  std::int64_t pending() const;
  std::int64_t records() const { return records_; }
  std::int64_t bytes() const { return bytes_; }

  // Throws out the outputs of partitions that were dropped; what is left is in the order it came.
  const std::vector<Output>& settle();
  // What goes with an offset that closes so many records of its partition.
  using Metadata = std::function<std::string(std::int64_t records)>;
  // Where the next reader of each partition begins.
  PartitionsPtr offsets(const Metadata& metadata) const;

 private:
  struct Range {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t next = 0;  // the offset after the last record
    std::int64_t records = 0;
    std::int64_t pending = 0;
  };

  Range* find(const Position& position);

  std::map<std::uint64_t, Range> ranges_;  // by generation
  std::vector<Output> outputs_;
  std::int64_t records_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace radflow::kafka
