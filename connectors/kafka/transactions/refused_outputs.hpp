// RefusedOutputs: outputs of transactions that a broker refused, so that they are known when their records are
// computed again: results depend on record and graph alone. Not thread-safe: its owner locks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "connectors/kafka/transactions/transaction_batch.hpp"
#include "graph/result.hpp"

namespace radflow::kafka {

class RefusedOutputs {
 public:
  // `origin` is the position of the record that the output came of, `topic` the number of the one it goes to.
  void add(std::size_t topic, const Record& record, const Position& origin, Error why);
  std::optional<Error> find(std::size_t topic, const Record& record, const Position& origin) const;

  bool empty() const { return all_.empty(); }
  void clear() { all_.clear(); }
  // Forgets those of positions below what is committed.
  void forget_below(const rd_kafka_topic_partition_list_t& committed);

 private:
  // Topic, partition and offset of the origin; where the output goes, and the digest of its key and value.
  using Key = std::tuple<std::string, std::int32_t, std::int64_t, std::size_t, std::string>;
  static Key key(std::size_t topic, const Record& record, const Position& origin);

  std::map<Key, Error> all_;
};

}  // namespace radflow::kafka
