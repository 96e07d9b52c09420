// CrashGuard: finds the record that kills the process. No record of a partition enters the graph before a commit
// has said who is at work there (see CommitMetadata). A member that takes over a partition from a process that died
// admits the records that may have been in flight one at a time: each only after all earlier ones are committed. If one
// of them kills this process too, the committed offset stands at that record, and the next owner names it. The records
// behind them are admitted in small groups for a while, because the dead process may have read further ahead than its
// commits let one think. This costs a commit at every assignment, and after a death one for each of the (typically) few
// hundred records that were in flight.
//
// A group that may have been open when the owner before died is finished alone: no record and no other group of its
// partition is in flight meanwhile, and a commit has named its records first. Records that waited in groups are let in
// freely: none of them killed the process by itself.
//
// A death is the end of a process that did not give the partition up: kill -9 is one too, a rebalance, a stop
// and a stop by an error are not. Used by the thread that polls, but for what is said of groups.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/commit_metadata.hpp"
#include "connectors/kafka/group/group_member.hpp"

namespace radflow::kafka {

class CrashGuard {
 public:
  // `owner` tells this process from others. What is given has to outlive the guard.
  CrashGuard(Assignment& assignment, Delivery& delivery, const std::string& graph, const std::string& owner);
  static std::string new_owner();

  // Whether the record at this position, the next of its partition, may enter the graph. If not, whatever has
  // to happen first was asked for and waited for, for a moment.
  bool lets_in(const Position& position, GroupMember& member);
  // The one that was let in last has entered.
  void entered();

  // Of a group of these records, as Source has them. Any thread.
  bool may_finish(const std::vector<Position>& group);
  void finished(const std::vector<Position>& group);
  void not_finished(const std::vector<Position>& group);
  // Commits what a group waits for. To be called often while finishing().
  void serve_groups(GroupMember& member);
  // A group is finished alone, or is to be.
  bool finishing() const;

  // What a transaction says of an offset that closes so many records of its partition: who is at work, and that as much
  // is in flight as two more transactions hold.
  static std::function<std::string(std::int64_t records)> at_work(const std::string& graph,
                                                                  const std::string& owner);

 private:
  static constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

  // Of one partition, as long as it is held.
  struct Guarded {
    std::uint64_t generation = 0;
    bool knows = false;  // how the owner before ended
    int deaths = 0;
    std::int64_t one_by_one = 0;         // records left to let in so
    std::int64_t in_groups = 0;          // and behind them
    std::int64_t free = 0;               // may enter before the next commit
    std::int64_t free_below = no_limit;  // these are records below this offset
    std::int64_t through = -1;           // all below waited in groups or was done when the owner before died
  };

  // Groups of a partition that may have been open when the owner before died: those with a record below `end`.
  struct Suspects {
    std::uint64_t generation = 0;
    std::int64_t end = 0;
    int deaths = 0;
  };
  // Whose turn it is to be finished alone:
  //   Nobodys -> Asked     may_finish() of a suspect; from here on no record of the partition is let in
  //   Asked   -> Allowed   nothing else is in flight, and a commit that names the group was acknowledged
  //   Allowed -> Taken     may_finish() of the same group
  //   Taken   -> Over      finished()
  //   Asked   -> Nobodys, Allowed -> Over    not_finished()
  //   Over    -> Nobodys   commits do not name it any more
  enum class Turn { Nobodys, Asked, Allowed, Taken, Over };

  bool look_back(const Position& position, GroupMember& member, Guarded& guarded);
  void pass_over(const Position& position, std::vector<OffsetRun> runs);
  bool settled(const Position& position) const;
  CommitMetadata metadata(const Guarded& guarded, bool below) const;
  bool waits_for_group(const Position& position);
  CommitMetadata metadata_of_group() const;
  bool in_partition_of_group(const Position& position) const;
  bool is_group(const std::vector<Position>& group) const;

  Assignment& assignment_;
  Delivery& delivery_;
  const std::string graph_;
  const std::string owner_;
  std::map<std::pair<std::string, std::int32_t>, Guarded> guarded_;
  Guarded* let_in_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable over_;
  std::map<std::pair<std::string, std::int32_t>, Suspects> suspects_;  // under mutex_
  Turn turn_ = Turn::Nobodys;                                          // under mutex_
  std::vector<Position> group_;                                        // under mutex_: whose turn it is
  std::int64_t held_back_ = -1;  // under mutex_: the offset of the record that waits for the group
  std::atomic<bool> finishing_{false};
};

}  // namespace radflow::kafka
