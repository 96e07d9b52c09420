// RangeReader: reads ranges of offsets of one topic, one after the other, without a consumer group; commits
// nothing, disturbs nobody. Used by one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/client/topic_partitions.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

class RangeReader {
 public:
  // Throws ParamError.
  RangeReader(std::string topic, const Properties& properties);
  ~RangeReader();

  // What every partition holds now, by partition. Absent: no broker answered within `longest`, which the log
  // says. Throws NoTopic.
  std::optional<std::vector<Range>> partitions(std::chrono::milliseconds longest);

  // From now on the records of this range, which has an end; what was not read of the one before is left.
  void read(const Range& range);
  // The next record; absent: none within `longest`. Throws std::runtime_error if its offset is there no more.
  std::optional<Record> next(std::chrono::milliseconds longest);
  // Nothing more comes of the range. Offsets that are not there (compaction, transactions) are passed over.
  bool ended() const { return ended_; }

  std::string not_ready() const { return client_.not_ready(); }

 private:
  std::string topic_;
  Client client_;
  std::int64_t end_ = 0;
  bool ended_ = true;
};

}  // namespace radflow::kafka
