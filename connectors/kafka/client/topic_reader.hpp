// TopicReader: reads all partitions of one topic without a consumer group; commits nothing, disturbs nobody.
// For people who look at a topic: `radflow tail` and the demonstration. Used by one thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

// Of a consumer that belongs to no group: it is given partitions, and commits nothing.
const Properties& reader_defaults();

class TopicReader {
 public:
  enum class From { Beginning, End };
  enum class NoTopicYet { Wait, Throw };

  // Throws ParamError.
  TopicReader(std::string topic, const Properties& properties, From from,
              NoTopicYet missing = NoTopicYet::Wait);
  ~TopicReader();

  // The next record; absent: none within `longest`. A broker that is away, or a topic that does not exist
  // unless that is to be thrown, is waited for, with a word in the log. Throws std::runtime_error when the
  // broker refuses to let it read.
  std::optional<Record> next(std::chrono::milliseconds longest);

  // Everything was read that was there when it connected.
  bool caught_up() const;

 private:
  bool connect(std::chrono::milliseconds longest);

  std::string topic_;
  From from_;
  NoTopicYet missing_;
  Client client_;
  bool connected_ = false;
  std::map<std::int32_t, std::int64_t> ahead_;  // ends at the start of partitions not read up to there
};

}  // namespace radflow::kafka
