// What brokers do not allow a client, as far as it has heard.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/client/client.hpp"

namespace radflow::kafka {
namespace {

const std::string no_producer_id = "it gives no producer id";

// "transactional_id" of "transactional id".
std::string key(std::string kind) {
  std::ranges::replace(kind, ' ', '_');
  return kind;
}

}  // namespace

void Client::refused(const std::string& kind, const std::string& name, const std::string& operation) {
  refuse({kind, name, ""}, operation);
}

void Client::refuse(const Refusal& refusal, const std::string& operation, const std::string& also) {
  refusals_[refusal] = operation;
  update();
  warn(fmt::format(
           "Kafka at {} does not allow {} on {} '{}'{}; an ACL has to grant this client {} and Describe{}; "
           "trying again until then",
           servers_, operation, refusal.kind, refusal.name, refusal.cost.empty() ? "" : ": " + refusal.cost,
           operation, also),
       {{"cause", "not allowed"}, {"operation", operation}, {key(refusal.kind), refusal.name}});
}

void Client::forget_refusal(const Refusal& refusal) {
  if (refusals_.erase(refusal) == 0) return;
  update();
  log_info(fmt::format("{}: {} '{}' is allowed now", what_, refusal.kind, refusal.name),
           named(what_, {{key(refusal.kind), refusal.name}}));
}

void Client::heard_of_commit(const rd_kafka_topic_partition_list_t* partitions, rd_kafka_resp_err_t error) {
  const std::string cost = "positions cannot be committed";
  if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return refuse({"group", group_, cost}, "Read");
  if (!error) forget_refusal({"group", group_, cost});
  if (!partitions) return;
  for (const auto& at : each(*partitions))
    if (at.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      refuse({"topic", at.topic, cost}, "Read");
    else if (!error && !at.err)
      forget_refusal({"topic", at.topic, cost});
}

void Client::forget_commits() {
  std::erase_if(refusals_, [](const auto& refused) { return !refused.first.cost.empty(); });
  update();
}

void Client::heard(const rd_kafka_message_t& message) {
  if (!message.rkt && message.err != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return;
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return refused("group", group_, "Read");
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return refused("topic", rd_kafka_topic_name(message.rkt), "Read");
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      if (refusals_.empty()) return;
      allowed("group", group_);
      allowed("topic", rd_kafka_topic_name(message.rkt));
      return;
    default:
      return;
  }
}

void Client::refused_producer_id(const std::string& topic) {
  refuse({"topic", topic, no_producer_id}, "Write",
         " (and IdempotentWrite on the cluster where Kafka is older than 2.8)");
}

void Client::allowed_producer_id(const std::string& topic) {
  forget_refusal({"topic", topic, no_producer_id});
}

}  // namespace radflow::kafka
