#include "connectors/kafka/group/group_reader.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "connectors/kafka/group/durations.hpp"

namespace radflow::kafka {
namespace {

std::string fatal_advice(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? "; check group.instance.id: each process of a group "
                                                        "needs its own, and another has taken this one"
                                                      : "";
}

}  // namespace

GroupReader::GroupReader(const SourceParams& params, const BuildInfo& info, Assignment& assignment,
                         Delivery& delivery)
    : params_{params},
      info_{info},
      topics_{topics(params)},
      assignment_{assignment},
      delivery_{delivery},
      beginnings_{params, info, assignment},
      member_{make_member()} {}

std::shared_ptr<GroupMember> GroupReader::make_member() {
  return std::make_shared<GroupMember>(consumer_conf(params_, info_), "source " + info_.name, assignment_,
                                       beginnings_, delivery_);
}

std::shared_ptr<GroupMember> GroupReader::current() const {
  const std::lock_guard lock{mutex_};
  return member_;
}

void GroupReader::join_anew() {
  std::shared_ptr<GroupMember> fresh = make_member();
  fresh->subscribe(topics_);
  assignment_.clear();
  const std::lock_guard lock{mutex_};
  member_.swap(fresh);
}

void GroupReader::drain() {
  member_->pause();
  draining_ = true;
}

MessagePtr GroupReader::next(std::chrono::milliseconds longest) {
  if (MessagePtr held = member_->take_held()) return held;
  return poll(longest);
}

MessagePtr GroupReader::poll(std::chrono::milliseconds longest) {
  MessagePtr message = member_->poll(longest);
  if (!draining_ && !beginnings_.failure().empty()) throw std::runtime_error{beginnings_.failure()};
  if (!message || !message->err) return message;
  if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
    message.reset();  // of the member that ends now
    given_up();
  } else {
    heard(*message);
  }
  return nullptr;
}

void GroupReader::heard(const rd_kafka_message_t& message) {
  Client& client = member_->client();
  const std::string topic = message.rkt ? rd_kafka_topic_name(message.rkt) : "";
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      // Unless a record before it was put back or let go unread.
      if (member_->holds_any() || draining_) break;
      heard_end(topic, message.partition, message.offset);
      break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      if (!topic.empty()) missing(topic);
      if (params_.until_caught_up && !draining_ && assignment_.empty())
        throw std::runtime_error{fmt::format(
            "topic '{}' does not exist at {}: there is nothing to catch up with", topic, client.servers())};
      client.warn(
          fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic, client.servers()),
          {{"topic", topic}, {"cause", "no such topic"}});
      break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      break;  // the client has said so
    default:
      client.warn(rd_kafka_message_errstr(&message), error_fields(message));
  }
}

void GroupReader::missing(const std::string& topic) {
  beginnings_.missing(topic);
  const std::lock_guard lock{mutex_};
  missing_ = {topic, member_->assigned_at()};
}

void GroupReader::heard_end(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  // Where the broker does not say what is gone, the next record or end asks again.
  if (!passes({topic, partition, offset})) return;
  if (const auto passed = assignment_.skip_to(topic, partition, offset); passed) delivery_.pass(*passed);
}

void GroupReader::ask_for_ends() {
  for (const auto& [topic, partition] : assignment_.without_end())
    if (const auto end = ask_offset(member_->client(), topic, partition, newest, longest_answer_of_end))
      assignment_.set_end(topic, partition, *end);
}

bool GroupReader::caught_up() const {
  using Clock = GroupMember::Clock;
  const auto assigned_at = member_->assigned_at();
  if (!params_.until_caught_up || assigned_at == Clock::time_point{} || !assignment_.all_at_end())
    return false;
  // A member that joins a group is first given nothing: the others have to let go.
  return !assignment_.empty() || Clock::now() - assigned_at > longest_without_partitions;
}

void GroupReader::given_up() {
  Client& client = member_->client();
  const Client::Fatal fatal = client.fatal().value_or(Client::Fatal{});
  const std::string why = "Kafka gave this consumer up: " + fatal.reason + fatal_advice(fatal.code);
  if (draining_) {
    client.warn(why);
  } else if (member_->fenced_by_own_commit()) {
    client.warn("the broker took a commit from before its silence for a second process, joining anew");
    join_anew();
  } else {
    throw std::runtime_error{why};
  }
}

std::string GroupReader::not_ready() const {
  const auto member = current();
  if (std::string why = member->client().not_ready(); !why.empty() || member->assigned()) return why;
  const std::lock_guard lock{mutex_};
  if (!missing_.topic.empty() && missing_.assigned_at == member->assigned_at())
    return fmt::format("topic '{}' does not exist", missing_.topic);
  return fmt::format("group '{}' has given this source no partitions yet", group(params_, info_));
}

std::string GroupReader::unheard() const {
  const auto since = GroupMember::Clock::now() - current()->assigned_at();
  if (since < longest_unheard) return "";
  for (const PartitionStatus& at : assignment_.status())
    if (at.frontier < 0)
      return fmt::format(
          "nothing is heard of {}:{}, neither a record nor its end, since it was assigned {} s ago", at.topic,
          at.partition, std::chrono::duration_cast<std::chrono::seconds>(since).count());
  return "";
}

std::vector<PartitionStatus> GroupReader::partitions() const {
  const auto member = current();
  std::vector<PartitionStatus> all = assignment_.status();
  for (PartitionStatus& partition : all) {
    std::int64_t low = 0, high = -1;  // what the last fetch told
    if (!rd_kafka_get_watermark_offsets(member->client().get(), partition.topic.c_str(), partition.partition,
                                        &low, &high))
      partition.end = std::max<std::int64_t>(high, -1);
  }
  return all;
}

}  // namespace radflow::kafka
