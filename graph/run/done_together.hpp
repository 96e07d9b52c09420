// DoneTogether: records that one group was gathered from become done in one call, or none of them does: a group that is
// half committed when the process dies would be gathered again from a remnant. Groups that have a record in common,
// because parts of it went to both, are linked: they wait for each other. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

// Records and groups that are linked. Only for DoneTogether.
class Bundle {
  friend class DoneTogether;
  std::shared_ptr<Bundle> merged_into_;
  int alive_ = 0;      // records and groups that have not ended
  bool lost_ = false;  // one of them is not done: none becomes so
  std::vector<Position> ended_;
};

class DoneTogether {
 public:
  // The bundle of a group that opens.
  std::shared_ptr<Bundle> open();
  // A record, or a group that is a member of another one, whose bundle is `of` (null: none yet), has joined a group.
  void join(std::shared_ptr<Bundle>& of, const std::shared_ptr<Bundle>& group);
  // None of them will be done.
  void lose(const std::shared_ptr<Bundle>& of);
  // A group has ended. Its members end after it.
  void group_ended(const std::shared_ptr<Bundle>& of);
  // A record has ended. The positions that are done now: all of the bundle, by offset, or none.
  std::vector<Position> record_ended(const std::shared_ptr<Bundle>& of, const Position& at, bool done);

 private:
  static std::shared_ptr<Bundle> root(std::shared_ptr<Bundle> at);

  std::mutex mutex_;  // guards all bundles
};

}  // namespace radflow
