// CrashGuard: finds the record that kills the process. No record of a partition enters the graph before a commit
// has said who is at work there (see CommitMetadata). Who finds that the owner before died lets the records that may
// have been in flight in one by one, each once all before it are committed: the process dies with the
// committed offset at the killer, and the next owner names it. Behind them they come in small groups for a
// while, in case it was read further ahead than it is thought to be. It costs a commit at every assignment,
// and after a death one for each of the (typically) few hundred records that were in flight.
//
// A death is the end of a process that did not give the partition up: kill -9 is one too, a rebalance, a stop
// and a stop by an error are not. Used by the thread that polls.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>

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

  bool look_back(const Position& position, GroupMember& member, Guarded& guarded);
  void pass_over(const Position& position, std::vector<OffsetRun> runs);
  bool settled(const Position& position) const;
  CommitMetadata metadata(const Guarded& guarded, bool below) const;

  Assignment& assignment_;
  Delivery& delivery_;
  const std::string graph_;
  const std::string owner_;
  std::map<std::pair<std::string, std::int32_t>, Guarded> guarded_;
  Guarded* let_in_ = nullptr;
};

}  // namespace radflow::kafka
