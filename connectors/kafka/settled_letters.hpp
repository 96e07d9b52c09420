// SettledLetters: which dead letters of a topic need no replay any more, because one has sent their records
// through the graph to the end. Kept by Kafka as the positions of a consumer group, GRAPH.replay: below the
// position all are settled, and what is settled above it stands in the commit's metadata.
//
// Thread-safety: done() may be called by any thread, everything else by the one that reads the letters.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/group/offset_set.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

class SettledLetters {
 public:
  // `topic` holds the dead letters of `graph`, and maybe of others. Throws ParamError.
  SettledLetters(std::string topic, const std::string& graph, const Properties& properties);

  struct NotAllowed : std::runtime_error {
    explicit NotAllowed(const std::string& group);
  };
  // Asks what was settled before; `partitions` are what the topic holds now. False: no broker said within
  // `longest`, ask again. Throws NotAllowed if the group may not be read.
  bool load(const std::vector<Range>& partitions, std::chrono::milliseconds longest);

  // By a replay before this one.
  bool was_settled(const Position& letter) const;

  // The reader begins at this offset of a partition, or has come to this letter: nothing lies between.
  void begin(std::int32_t partition, std::int64_t offset);
  void read(const Position& letter);

  // There is nothing to replay.
  void settle(const Position& letter);
  // It is settled when done() is called with the position of the record that it is about: at once if that
  // is done already.
  void send(const Position& letter, const Position& original);
  // Where nothing was sent for the position there is nothing to do.
  void done(const Position& original);

  // Commits what was settled since the last commit. False: it was not acknowledged within `longest`, which the
  // log says, and is due again.
  bool commit(std::chrono::milliseconds longest);

 private:
  using Original = std::tuple<std::string, std::int32_t, std::int64_t>;
  struct Partition {
    std::int64_t oldest = 0;   // all letters below it are deleted
    OffsetSet before;          // what was settled when this replay began
    OffsetSet settled;         // what is settled now
    std::int64_t read_to = 0;  // where this replay has come to
    bool due = false;          // something was settled since the last commit
  };
  struct Sent {
    std::vector<Position> letters;
    bool done = false;
  };

  PartitionsPtr due();
  void settle_locked(const Position& letter);

  const std::string topic_, group_;
  Client client_;
  mutable std::mutex mutex_;
  std::map<std::int32_t, Partition> partitions_;
  std::map<Original, Sent> sent_;
};

}  // namespace radflow::kafka
