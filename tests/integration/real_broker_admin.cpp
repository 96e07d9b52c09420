// Topics, rules and users of a RealBroker.
#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "tests/integration/broker_client.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {

using namespace asking;

namespace {

void check_topics(const rd_kafka_topic_result_t* const* topics, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (rd_kafka_topic_result_error(topics[i]))
      throw std::runtime_error{rd_kafka_topic_result_error_string(topics[i])};
}

const std::string cluster = "kafka-cluster";  // Kafka's name of the only one there is

}  // namespace

void RealBroker::make_topic_named(const std::string& topic, int partitions,
                                  const std::map<std::string, std::string>& config) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_NewTopic_t* made =
      rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, wrong.data(), wrong.size());
  for (const auto& [key, value] : config) rd_kafka_NewTopic_set_config(made, key.c_str(), value.c_str());
  const EventPtr event =
      admin(asked.get(), [&](auto* queue) { rd_kafka_CreateTopics(asked.get(), &made, 1, nullptr, queue); });
  rd_kafka_NewTopic_destroy(made);
  std::size_t count = 0;
  const auto* topics =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  check_topics(topics, count);
}

void RealBroker::delete_topic(const std::string& topic) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  rd_kafka_DeleteTopic_t* gone = rd_kafka_DeleteTopic_new(topic.c_str());
  const EventPtr event =
      admin(asked.get(), [&](auto* queue) { rd_kafka_DeleteTopics(asked.get(), &gone, 1, nullptr, queue); });
  rd_kafka_DeleteTopic_destroy(gone);
  std::size_t count = 0;
  const auto* topics =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  check_topics(topics, count);
}

void RealBroker::set_topic_config(const std::string& topic,
                                  const std::map<std::string, std::string>& config) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  for (const auto& [key, value] : config)
    rd_kafka_ConfigResource_set_config(resource, key.c_str(), value.c_str());
  admin(asked.get(), [&](auto* queue) { rd_kafka_AlterConfigs(asked.get(), &resource, 1, nullptr, queue); });
  rd_kafka_ConfigResource_destroy(resource);
}

void RealBroker::add_rule(rd_kafka_ResourceType_t what, const std::string& name,
                          rd_kafka_AclOperation_t operation, rd_kafka_AclPermissionType_t permission) const {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_AclBinding_t* rule =
      rd_kafka_AclBinding_new(what, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*", "*", operation,
                              permission, wrong.data(), wrong.size());
  if (!rule) throw std::runtime_error{wrong.data()};
  admin(asked.get(), [&](auto* queue) { rd_kafka_CreateAcls(asked.get(), &rule, 1, nullptr, queue); });
  rd_kafka_AclBinding_destroy(rule);
}

void RealBroker::deny(rd_kafka_ResourceType_t what, const std::string& name,
                      rd_kafka_AclOperation_t operation) {
  add_rule(what, name, operation, RD_KAFKA_ACL_PERMISSION_TYPE_DENY);
}

// A producer id is given to whoever may write any topic at all, or has IdempotentWrite on the cluster. A resource with
// one rule allows nothing that no rule allows.
void RealBroker::deny_all_writing() {
  add_rule(RD_KAFKA_RESOURCE_BROKER, cluster, RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
  add_rule(RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
  deny(RD_KAFKA_RESOURCE_BROKER, cluster, RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE);
  deny(RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_ACL_OPERATION_WRITE);
}

void RealBroker::allow_all_writing() {
  allow(RD_KAFKA_RESOURCE_TOPIC, "*");
  allow(RD_KAFKA_RESOURCE_BROKER, cluster);
}

void RealBroker::hide_configuration(const std::string& topic) {
  for (const auto operation : {RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_OPERATION_WRITE})
    add_rule(RD_KAFKA_RESOURCE_TOPIC, topic, operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
}

void RealBroker::allow(rd_kafka_ResourceType_t what, const std::string& name) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_AclBindingFilter_t* rules = rd_kafka_AclBindingFilter_new(
      what, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, nullptr, nullptr, RD_KAFKA_ACL_OPERATION_ANY,
      RD_KAFKA_ACL_PERMISSION_TYPE_ANY, wrong.data(), wrong.size());
  if (!rules) throw std::runtime_error{wrong.data()};
  admin(asked.get(), [&](auto* queue) { rd_kafka_DeleteAcls(asked.get(), &rules, 1, nullptr, queue); });
  rd_kafka_AclBinding_destroy(rules);
}

void RealBroker::transactional_id(const std::string& what, const std::string& id) const {
  std::string output;
  if (!script(fmt::format("acl --args '{} --deny-principal User:* --operation Write --transactional-id {}'",
                          what, id),
              output))
    throw std::runtime_error{"the rule was not changed: " + output};
}

void RealBroker::add_scram_user(const std::string& name, const std::string& password) {
  std::string output;
  if (!script(fmt::format("configs --args '--alter --entity-type users --entity-name {} --add-config "
                          "SCRAM-SHA-512=[password={}]'",
                          name, password),
              output))
    throw std::runtime_error{"the user was not added: " + output};
}

}  // namespace radflow
