#include "connectors/kafka/group/frontier_commits.hpp"

#include "connectors/kafka/group/durations.hpp"
#include "connectors/kafka/group/group_member.hpp"

namespace radflow::kafka {

bool FrontierCommits::enter(Position&, GroupMember& member) {
  if (!too_far()) return true;
  member.serve_commits(longest_turn);
  return false;
}

bool FrontierCommits::commit_is_urgent() const {
  return assignment_.done_since_commit() > most_ / 8 || too_far();
}

bool FrontierCommits::give_up(const rd_kafka_topic_partition_list_t& partitions, Revocation how,
                              GroupMember& member) {
  if (how == Revocation::Lost) {
    member.remember_commits_under_way();
    return false;
  }
  if (how == Revocation::Asked) assignment_.wait_idle(partitions, longest_to_end);
  return member.close(partitions, GroupMember::Clock::now() + longest_to_commit);
}

}  // namespace radflow::kafka
