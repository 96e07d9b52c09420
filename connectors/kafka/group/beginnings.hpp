// Beginnings: where the partitions that are given to a source are read from, and what of them is gone.
//
//   At an assignment the group's positions and the oldest offsets are asked for, within a few seconds, and the
//   partitions are assigned with explicit offsets, so that librdkafka has nothing to decide. Without a position:
//   the beginning, if the group has one in another partition of the topic or the topic was made after the start;
//   else `from`. What was decided is committed at once.
//   Gone is what lies between the position and where the partition begins. While it is read, that is asked only
//   when an offset jumps and librdkafka has asked for offsets too: compaction and the markers of transactions
//   leave gaps without that. An offset that goes back was beyond the end: the topic was made again or cut off.
//
// For the polling thread; gone() for any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/offsets.hpp"
#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {

class Beginnings {
 public:
  // `assignment` has to outlive this.
  Beginnings(const SourceParams& params, const BuildInfo& info, Assignment& assignment);

  // Asks which topics are there, until a broker has said so once; those that come later are read from their
  // beginning. Where that makes no difference it asks nobody.
  void look_around(Client& client);
  // The topic does not exist: if it comes, it comes after the start.
  void missing(const std::string& topic) { later_.insert(topic); }

  // Partitions come to a member: sets their offsets. What is to be committed; null: nothing.
  PartitionsPtr choose(Client& client, rd_kafka_topic_partition_list_t& partitions);

  // The next record of the partition, or its end, is at this offset: finds out whether records before it are
  // gone. False: the broker does not say. `asked`: JoinWatch::offsets_asked. Throws std::runtime_error if it is
  // to stop.
  bool passes(Client& client, const Position& next, const std::atomic<std::uint64_t>& asked);

  // Why it is to stop, or "".
  const std::string& failure() const { return failure_; }
  Gone gone() const { return {records_, resets_}; }

 private:
  bool from_applies(Client& client, const std::string& topic);
  void say_gone(const Range& range);
  void say_beyond(const Position& next, std::int64_t expected);
  void say(const std::string& what, std::int64_t to, const LogFields& fields);

  const bool latest_, stops_;
  const std::string what_, group_, graph_;
  Assignment& assignment_;
  std::optional<std::set<std::string>> there_;  // at the start
  std::set<std::string> later_, said_;
  std::string failure_;
  std::atomic<std::uint64_t> records_{0}, resets_{0};
};

}  // namespace radflow::kafka
