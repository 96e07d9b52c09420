// Assignment: the partitions a consumer holds, the frontier of each and what the group is told of it.
// Thread-safe. A partition that is given up is forgotten under the lock that decides what is committed, so an
// acknowledgement that comes later finds nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/frontier.hpp"
#include "connectors/kafka/group/commits.hpp"
#include "connectors/kafka/librdkafka/handle.hpp"
#include "graph/connector.hpp"

namespace radflow::kafka {

class Assignment {
 public:
  explicit Assignment(std::string graph) : graph_{std::move(graph)} {}

  // The graph gathers records in groups. Before a partition is held.
  void gathers() { gathers_ = true; }

  // Each partition gets a new generation.
  // `asked`: see Jump.
  void add(const rd_kafka_topic_partition_list_t& partitions, std::uint64_t asked = 0);
  void remove(const rd_kafka_topic_partition_list_t& partitions);
  void clear();

  // Notes that a record was read and sets its generation; false if its partition is not held. An offset lower
  // than the last one read (the topic was made anew) begins a new generation. `order`: see Frontier.
  bool admit(Position& position, std::uint64_t order = 0);
  // The owner before said that these records of the partition are done. They count for the generation of
  // the position alone.
  void done_before(const Position& position, std::vector<OffsetRun> runs);
  bool was_done_before(const Position& position) const;
  bool holds(const Position& position) const;
  // The partition was given up since the position was read: an atomic read unless records of such partitions
  // may be under way. A topic that was made anew is no reason: nobody else has what came of the old one.
  bool given_up(const Position& position) const;
  // What is known of a partition whose next record, or end, is not where it was expected. Absent: it is there.
  struct Jump {
    std::int64_t expected;  // or `unsettled`
    std::uint64_t asked;    // how many requests for offsets the client had sent when nothing was gone yet
  };
  // In the place of an offset: nothing is expected, and the group's position is still to be asked for.
  static constexpr std::int64_t unknown = -1, unsettled = -2;
  std::optional<Jump> jump(const Position& to) const;
  void asked(const Position& at, std::uint64_t count);
  // The partition goes on at this offset; a lower one than was read begins a new generation.
  void begins_at(const Position& at, std::int64_t offset);

  // Nothing lies between the last record and `offset`. The position, if that moves the end.
  std::optional<Position> skip_to(const std::string& topic, std::int32_t partition, std::int64_t offset);
  // Drops what comes of an old generation.
  void done(const Position& position);
  // Records of one group: a commit has all of them or none.
  void done_together(const std::vector<Position>& positions);
  // The record waits in groups: it holds nothing up.
  void parked(const Position& position);
  // See Source.
  void under_way_again(const Position& position);
  void group_starts(const std::vector<Position>& records);
  void group_ends(const std::vector<Position>& records);
  // A transaction committed these positions: what lies below is done. Not before: until then a crash repeats
  // it.
  void done_below(const rd_kafka_topic_partition_list_t& committed);

  // What is to be committed and is not yet asked for; null: nothing. With `only`, of these partitions.
  PartitionsPtr to_commit(const rd_kafka_topic_partition_list_t* only = nullptr);
  // What became of a commit; partitions whose commit failed are due again.
  void committed(const rd_kafka_topic_partition_list_t& partitions, rd_kafka_resp_err_t error);

  // Commits of the partition say this from now on. The one that says so now; null: the position is not the
  // lowest that is not done.
  PartitionsPtr commit_with(const Position& position, const CommitMetadata& metadata);
  // Commits of the partition, as it was when the position was read, say this from the next one on.
  void say(const Position& position, const CommitMetadata& metadata);
  // Where nothing of the partition is under way, but for a record at `held_back` that has not entered the graph: the
  // position up to which all is through.
  std::optional<Position> quiet(const Position& of, std::int64_t held_back) const;
  // The last commit that was acknowledged was at this position and said this.
  bool was_committed_with(const Position& position, const CommitMetadata& metadata) const;
  // The partitions are about to be given up: the next commit says so.
  void close(const rd_kafka_topic_partition_list_t& partitions);
  // Waits until everything below the position is done; false: `longest` has passed first.
  bool wait_first(const Position& position, std::chrono::milliseconds longest);

  // The admitted records that have not entered the graph, of the thread that waits: they cannot while it does.
  void set_outside(std::function<std::vector<Position>()> outside) { outside_ = std::move(outside); }
  // Waits until nothing else of these partitions is pending, or `longest` has passed.
  void wait_idle(const rd_kafka_topic_partition_list_t& partitions, std::chrono::milliseconds longest);

  // Records read and not known to be committed: what is read again if this process dies now. Gaps in the
  // offsets count as records until the next commit.
  std::int64_t uncommitted() const { return uncommitted_; }
  // Records done since to_commit() was last asked for all partitions.
  std::int64_t done_since_commit() const { return done_; }

  // For stopping at an end that was seen: partitions without one, and setting it.
  std::vector<std::pair<std::string, std::int32_t>> without_end() const;
  void set_end(const std::string& topic, std::int32_t partition, std::int64_t end);
  bool beyond_end(const Position& position) const;
  bool all_at_end() const;

  bool empty() const;
  std::vector<PartitionStatus> status() const;

 private:
  struct Partition {
    Frontier frontier;
    GatheredOffsets gathered;
    Commits commits;
    std::uint64_t generation = 0;
    std::uint64_t assigned = 0;     // the generation it began with
    std::int64_t begins = unknown;  // until something was read
    std::uint64_t asked = 0;
    std::optional<std::int64_t> end;
  };
  using Name = std::pair<std::string, std::int32_t>;

  Partition* find(const std::string& topic, std::int32_t partition);
  const Partition* find(const std::string& topic, std::int32_t partition) const;
  // Under the lock:
  Partition* mark_done(const Position& position);  // null: it is not held any more
  // Calls `change` with the partition, if it is held as it was when the position was read.
  template <typename Change>
  void change_under_way(const Position& position, const Change& change);
  void begin_anew(Partition& partition);
  void count_uncommitted();
  void send(const Name& name, Partition& partition, std::optional<CommitPoint> now,
            rd_kafka_topic_partition_list_t& commit);

  const std::string graph_;
  bool gathers_ = false;
  std::function<std::vector<Position>()> outside_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  int waiting_ = 0;  // how many wait for records to be done
  std::map<Name, Partition> partitions_;
  std::uint64_t generation_ = 0;
  std::atomic<std::int64_t> orphans_{0};  // admitted, of partitions given up since, and not done
  std::atomic<std::int64_t> uncommitted_{0}, done_{0};
};

}  // namespace radflow::kafka
