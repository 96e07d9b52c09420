// FrontierCommits: at least once. The member commits each partition's frontier, every second or after a number of
// records, when partitions are given up and at the end. No more than `most` records are read beyond what is committed.
#pragma once

#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/delivery.hpp"

namespace radflow::kafka {

class FrontierCommits final : public Delivery {
 public:
  // `assignment` has to outlive this.
  FrontierCommits(Assignment& assignment, std::int64_t most) : assignment_{assignment}, most_{most} {}

  void start(const ClientPtr&) override {}
  std::int64_t stop() override { return 0; }
  bool enter(Position& position, GroupMember& member) override;
  void leave(const Position&) override {}
  void pass(const Position&) override {}
  bool take_as_done(const Position& position, std::vector<OffsetRun> runs) override {
    assignment_.done_before(position, std::move(runs));
    return true;
  }
  void done(const Position& position) override { assignment_.done(position); }
  bool holds(const Position& position) const override { return !assignment_.given_up(position); }
  PartitionsPtr to_commit() override { return assignment_.to_commit(); }
  bool commit_is_urgent() const override;
  bool settled(const rd_kafka_topic_partition_list_t&, std::chrono::milliseconds) override { return true; }
  bool give_up(const rd_kafka_topic_partition_list_t& partitions, Revocation how,
               GroupMember& member) override;
  bool all_committed() const override { return true; }
  Loss loss() const override { return Loss::None; }
  std::string not_ready() const override { return ""; }

 private:
  bool too_far() const { return assignment_.uncommitted() > most_; }

  Assignment& assignment_;
  const std::int64_t most_;
};

}  // namespace radflow::kafka
