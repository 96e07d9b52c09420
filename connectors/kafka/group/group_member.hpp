// GroupMember: one membership of a consumer group: what is read under it, committed and given up.
//
// Both kinds of rebalance work. By cooperative-sticky, radflow's default, what stays goes on being read while
// the group changes; range and roundrobin give everything up first. What is committed is each partition's
// frontier, if that is how records are delivered (see Delivery); while the group changes it is held back until
// it has (see JoinWatch).
//
// All members are for the polling thread, unless they say otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/beginnings.hpp"
#include "connectors/kafka/group/delivery.hpp"
#include "connectors/kafka/librdkafka/message.hpp"
#include "connectors/kafka/librdkafka_bugs/join_watch.hpp"
#include "connectors/kafka/librdkafka_bugs/revoked_queues.hpp"

namespace radflow::kafka {

class GroupMember {
 public:
  using Clock = std::chrono::steady_clock;

  // All but `conf` has to outlive the member. Throws ParamError.
  GroupMember(ConfPtr conf, const std::string& what, Assignment& assignment, Beginnings& beginnings,
              Delivery& delivery);
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;

  // Throws ParamError.
  void subscribe(const std::vector<std::string>& topics);

  // A record, or an event with its error; null: nothing within `longest`. Serves the rebalances.
  MessagePtr poll(std::chrono::milliseconds longest);

  // Records that came though their partition was paused are held until their turn. Null: none is.
  void hold(MessagePtr message) { held_.push_back(std::move(message)); }
  void put_back(MessagePtr message) { held_.push_front(std::move(message)); }
  MessagePtr take_held();
  bool holds_any() const { return !held_.empty(); }

  void pause();
  void resume();
  bool paused() const { return paused_; }

  // Commits what is due. To be called at least once a second.
  void commit_due();
  // Commits the position, of a record that is the first not done of its partition, with this metadata, and waits
  // for the answer for a moment.
  void commit_with(const Position& position, const CommitMetadata& metadata);
  // Takes the answer to a commit, waiting for one at most so long; false: there is none.
  bool serve_commits(std::chrono::milliseconds longest);

  // Commits and leaves the group, until the deadline at the latest. Nothing may be polled any more.
  void leave(Clock::time_point deadline);

  // For Delivery: commits the partitions' positions and that they are given up. False: not all was committed.
  bool close(const rd_kafka_topic_partition_list_t& partitions, Clock::time_point deadline);
  // For Delivery: the assignment is lost, see below.
  void remember_commits_under_way() { lost_with_commits_ = commits_under_way_ > 0; }

  // A commit that was under way when a broker's silence cost the assignment is repeated by librdkafka once
  // the broker is back, under the member id of before; for a static member the broker takes that for a
  // second process of the same name, and this client is dead. A new one does what this one should.
  bool fenced_by_own_commit() const;

  // When the last assignment came, an empty one too; the clock's beginning: none yet. Any thread.
  Clock::time_point assigned_at() const { return assigned_at_; }
  // Has an assignment, an empty one too; not from its loss on until the next one comes. Any thread.
  bool assigned() const { return assigned_; }

  const std::atomic<std::uint64_t>& offsets_asked() const { return join_->offsets_asked(); }

  Client& client() { return client_; }

 private:
  void rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t& partitions);
  bool give_up(const rd_kafka_topic_partition_list_t& partitions);
  void commit(PartitionsPtr list);
  bool commit_all(Clock::time_point deadline, const rd_kafka_topic_partition_list_t* only = nullptr);
  bool may_commit() const { return commits_under_way_ == 0 && !join_->joining(); }
  void pause(bool on);

  std::shared_ptr<JoinWatch> join_ = std::make_shared<JoinWatch>();
  Assignment& assignment_;
  Beginnings& beginnings_;
  Delivery& delivery_;
  Client client_;
  QueuePtr commits_;
  int commits_under_way_ = 0;
  bool lost_with_commits_ = false;  // the assignment was lost with commits under way; until one succeeds
  std::deque<MessagePtr> held_;
  bool paused_ = false;
  bool left_ = false;
  std::vector<RevokedQueues> revoked_on_leaving_;  // what leave() gives up
  std::atomic<Clock::time_point> assigned_at_{Clock::time_point{}};
  std::atomic<bool> assigned_{false};
};

}  // namespace radflow::kafka
