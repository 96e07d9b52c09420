// Delivery: what becomes of the records that a source reads, and what the consumer group is told of them. Of two kinds:
// FrontierCommits (at least once) lets the member commit how far each partition is done; TransactionalDelivery
// (exactly once) leaves the commits to the graph's transactions.
//
// done() and holds() may be called by any thread, and not_ready(); the others are for the polling thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "connectors/frontier.hpp"
#include "connectors/kafka/librdkafka/handle.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

class GroupMember;

class Delivery {
 public:
  // How partitions go to others.
  enum class Revocation { Asked, Leaving, Lost };
  // PerhapsToTwin: another process may be at work under this one's name, and the group tells.
  enum class Loss { None, Lost, PerhapsToTwin };

  virtual ~Delivery() = default;

  // Before the first record, and again as another consumer after a loss.
  virtual void start(const ClientPtr& consumer) = 0;
  // After the last record. How many records are read and neither committed nor known to be: where done() is not
  // enough for that.
  virtual std::int64_t stop() = 0;

  // The record, the next of its partition, is about to be admitted. False after a while, if it may not yet.
  virtual bool enter(Position& position, GroupMember& member) = 0;
  // The graph had no room for the record after all.
  virtual void leave(const Position& position) = 0;
  // Records end at this position for now: behind the last one lies a gap.
  virtual void pass(const Position& position) = 0;
  // Records behind this position that an owner before left done: they are not computed again. False: they are.
  virtual bool take_as_done(const Position& position, std::vector<OffsetRun> runs) = 0;
  // Nothing of the record is alive any more.
  virtual void done(const Position& position) = 0;
  // False if the partition was given up since the record was read, and what comes of it is to be dropped.
  virtual bool holds(const Position& position) const = 0;

  // What the member is to commit; null: nothing.
  virtual PartitionsPtr to_commit() = 0;
  // So much is done that a commit does not wait for its second.
  virtual bool commit_is_urgent() const = 0;
  // Waits until all that came of these partitions is committed, where the member does not commit it itself.
  virtual bool settled(const rd_kafka_topic_partition_list_t& partitions,
                       std::chrono::milliseconds longest) = 0;
  // Waits for what is nearly through and has it committed, both with an end. False: not all that is done was committed.
  virtual bool give_up(const rd_kafka_topic_partition_list_t& partitions, Revocation how,
                       GroupMember& member) = 0;

  // Everything that was read and is done is committed, or the member does so when it leaves.
  virtual bool all_committed() const = 0;
  // Whether what is not committed has to be read again by another consumer. Throws std::runtime_error if nothing can be
  // committed any more.
  virtual Loss loss() const = 0;
  // Why no records are taken in for now, or "".
  virtual std::string not_ready() const = 0;
};

}  // namespace radflow::kafka
