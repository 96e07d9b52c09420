// GroupReader: what a consumer group gives a source to read. It outlives its membership: where Kafka gave
// this member up though nobody took its place, another one reads again what is not committed.
//
// All members are for the polling thread, unless they say otherwise.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/beginnings.hpp"
#include "connectors/kafka/group/delivery.hpp"
#include "connectors/kafka/group/group_member.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/kafka/librdkafka/message.hpp"

namespace radflow::kafka {

class GroupReader {
 public:
  // `assignment` and `delivery` have to outlive the reader. Throws ParamError.
  GroupReader(const SourceParams& params, const BuildInfo& info, Assignment& assignment, Delivery& delivery);

  // Before the first record.
  void look_around() { beginnings_.look_around(member_->client()); }

  // Throws ParamError.
  void subscribe() { member_->subscribe(topics_); }

  // The next record, of those that came though their partition was paused first; null: none yet, or what came
  // was no record. Throws std::runtime_error if nothing can ever be read.
  MessagePtr next(std::chrono::milliseconds longest);
  // As next(), but what is held stays so.
  MessagePtr poll(std::chrono::milliseconds longest);

  // Whether the record may be admitted: those before it are read, or it was said that they are gone. If not, the
  // broker was asked and does not say. Throws std::runtime_error if it is to stop.
  bool passes(const Position& position) {
    return beginnings_.passes(member_->client(), position, member_->offsets_asked());
  }
  Gone gone() const { return beginnings_.gone(); }
  // Where each partition stands. Asks no broker. Any thread.
  std::vector<PartitionStatus> partitions() const;

  // The ends that are to be reached are those of the moment a partition came.
  void ask_for_ends();
  bool caught_up() const;

  // From here on this only stays in the group: what comes is not read.
  void drain();

  // As another member, that reads again what is not committed.
  void join_anew();

  // Why nothing can be read for now: the client's reason, or no partitions are assigned. Any thread.
  std::string not_ready() const;
  // A partition that is assigned tells of a record or of its end within moments, unless the graph has no room. Which
  // one has not, though it had the time; "": each has. Any thread.
  std::string unheard() const;

  GroupMember& member() const { return *member_; }
  // The same, for any other thread: the polling one may make a new one.
  std::shared_ptr<GroupMember> current() const;

 private:
  std::shared_ptr<GroupMember> make_member();
  void heard(const rd_kafka_message_t& message);
  void missing(const std::string& topic);
  void heard_end(const std::string& topic, std::int32_t partition, std::int64_t offset);
  void given_up();

  const SourceParams params_;
  const BuildInfo info_;
  const std::vector<std::string> topics_;
  Assignment& assignment_;
  Delivery& delivery_;
  Beginnings beginnings_;
  bool draining_ = false;
  mutable std::mutex mutex_;
  std::shared_ptr<GroupMember> member_;  // changed under mutex_
  struct {
    std::string topic;
    GroupMember::Clock::time_point assigned_at;  // the last assignment when that was heard
  } missing_;                                    // under mutex_
};

}  // namespace radflow::kafka
