// Commits: what the group is told of one partition: the position that was sent last and what became of it,
// and the metadata that goes with it, with what is done above that position. Not thread-safe: Assignment locks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/frontier.hpp"
#include "connectors/kafka/group/commit_metadata.hpp"
#include "connectors/kafka/group/gathered_offsets.hpp"
#include "connectors/kafka/librdkafka/handle.hpp"

namespace radflow::kafka {

class Commits {
 public:
  // What the metadata says of a partition of which it is not known yet how fast it is read, and what it adds else.
  static constexpr std::int64_t unknown_span = 640, least_span = 16;

  // A record was read. All below the first one is committed.
  void read(std::int64_t offset) { base_ = base_ < 0 ? offset : base_; }

  // What may be committed now; absent: what was sent last stays.
  std::optional<CommitPoint> point(const Frontier& frontier, const GatheredOffsets& gathered) const;
  // The frontier, what is done above it, or who is at work, is not what was sent last. `now`: becomes point(), where
  // that was needed to tell.
  bool due(const Frontier& frontier, const GatheredOffsets& gathered, std::optional<CommitPoint>& now) const;
  // Fills in the entry of a commit of that point, which is about to be sent.
  void send(std::optional<CommitPoint> now, const Frontier& frontier, const GatheredOffsets& gathered,
            const std::string& graph, rd_kafka_topic_partition_t& entry);
  // It was acknowledged; it failed and is due again.
  void acknowledged(std::int64_t offset, const Frontier& frontier);
  void failed(rd_kafka_resp_err_t error);

  // Commits say this from now on; a span of 0 is replaced by what is likely in flight.
  void say(const CommitMetadata& metadata) { metadata_ = metadata; }
  // When the last commit that was acknowledged was sent, all below this offset was through, and it said this.
  bool said(std::int64_t offset, const CommitMetadata& metadata) const {
    return acknowledged_through_ == offset && sent_metadata_ == metadata;
  }

  // Records read and not known to be committed. Where the graph gathers, those that are under way: a commit may have to
  // wait for long, and what an open group holds back is bounded by the group.
  std::int64_t uncommitted(const Frontier& frontier, const GatheredOffsets& gathered) const {
    if (base_ < 0) return 0;
    const Frontier& through = gathered.through(frontier);
    return gathered.gathering() ? through.next() - through.position() + gathered.again()
                                : frontier.next() - base_;
  }

 private:
  CommitMetadata metadata_, sent_metadata_;
  std::int64_t sent_ = -1;
  std::int64_t acknowledged_ = -1;
  CommitPoint last_;  // what was sent last, where the graph gathers
  std::int64_t sent_through_ = -1, acknowledged_through_ = -1;
  std::int64_t read_then_ = -1;  // the end of what was read when that was sent
  std::int64_t base_ = -1;       // all below is committed; -1: nothing was read
  std::uint64_t done_then_ = 0;  // how many records were done when that was sent
  bool too_long_ =
      false;  // the broker takes no metadata so long that it says what is done above the position
};

}  // namespace radflow::kafka
