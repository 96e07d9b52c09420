#include "connectors/kafka/group_reader.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace radflow::kafka {

GroupReader::GroupReader(const SourceParams& params, const BuildInfo& info, Assignment& assignment,
                         Transactions* transactions)
    : params_{params},
      info_{info},
      topics_{topics(params)},
      assignment_{assignment},
      transactions_{transactions},
      member_{make_member()} {}

std::shared_ptr<GroupMember> GroupReader::make_member() const {
  return std::make_shared<GroupMember>(consumer_conf(params_, info_), "source " + info_.name, assignment_,
                                       transactions_);
}

std::shared_ptr<GroupMember> GroupReader::current() const {
  const std::lock_guard lock{mutex_};
  return member_;
}

void GroupReader::join_anew() {
  std::shared_ptr<GroupMember> fresh = make_member();
  fresh->subscribe(topics_);
  if (member_->paused()) fresh->pause();
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
      if (const auto passed = assignment_.skip_to(topic, message.partition, message.offset);
          passed && transactions_)
        transactions_->pass(*passed);
      break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      if (params_.until_caught_up && assignment_.empty())
        throw std::runtime_error{fmt::format(
            "topic '{}' does not exist at {}: there is nothing to catch up with", topic, client.servers())};
      client.warn(
          fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic, client.servers()));
      break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      break;  // the client has said so
    default:
      client.warn(rd_kafka_message_errstr(&message));
  }
}

void GroupReader::given_up() {
  Client& client = member_->client();
  if (draining_) {
    client.warn("Kafka gave this consumer up: " + client.fatal());
  } else if (member_->fenced_by_own_commit()) {
    client.warn("the broker took a commit from before its silence for a second process, joining anew");
    join_anew();
  } else {
    throw std::runtime_error{"Kafka gave this consumer up: " + client.fatal()};
  }
}

}  // namespace radflow::kafka
