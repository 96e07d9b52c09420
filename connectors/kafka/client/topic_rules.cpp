#include "connectors/kafka/client/topic_rules.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/kafka/client/offsets.hpp"
#include "connectors/kafka/librdkafka/record_size.hpp"

namespace radflow::kafka {
namespace {

// More than goes around the one batch of a produce request: client, topic, partition, lengths.
constexpr std::int64_t request_frame = 1024;

std::optional<std::string> value(const rd_kafka_ConfigResource_t& resource, std::string_view name) {
  std::size_t count = 0;
  const auto* entries = rd_kafka_ConfigResource_configs(&resource, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* text = rd_kafka_ConfigEntry_value(entries[i]);
    if (text && rd_kafka_ConfigEntry_name(entries[i]) == name) return text;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number(const rd_kafka_ConfigResource_t& resource, std::string_view name) {
  const std::optional<std::string> text = value(resource, name);
  std::int64_t found = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), found).ec != std::errc{})
    return std::nullopt;
  return found;
}

void take_topic(const rd_kafka_ConfigResource_t& resource, TopicRules& rules) {
  if (const auto bytes = number(resource, "max.message.bytes")) rules.topic_bytes = bytes;
  rules.least_in_step = number(resource, "min.insync.replicas");
  rules.needs_key = value(resource, "cleanup.policy").value_or("").find("compact") != std::string::npos;
  rules.most_behind_ms = rules.most_ahead_ms = std::nullopt;
  // With LogAppendTime the broker sets the time itself and looks at none.
  if (value(resource, "message.timestamp.type") != "CreateTime") return;
  // Before Kafka 3.6 there was one limit for both.
  const auto either = number(resource, "message.timestamp.difference.max.ms");
  const auto behind = number(resource, "message.timestamp.before.max.ms");
  const auto ahead = number(resource, "message.timestamp.after.max.ms");
  rules.most_behind_ms = behind ? behind : either;
  rules.most_ahead_ms = ahead ? ahead : either;
}

std::string why_not_writable(const rd_kafka_metadata_t& metadata, const std::string& name) {
  if (metadata.topic_cnt != 1) return fmt::format("Kafka does not tell of topic '{}'", name);
  const rd_kafka_metadata_topic_t& topic = metadata.topics[0];
  switch (topic.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return fmt::format("topic '{}' does not exist", name);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return fmt::format("Kafka does not allow Describe on topic '{}'", name);
    default:
      return fmt::format("topic '{}': {}", name, text(topic.err));
  }
  if (topic.partition_cnt == 0) return fmt::format("topic '{}' has no partitions yet", name);
  for (int i = 0; i < topic.partition_cnt; ++i)
    if (topic.partitions[i].leader < 0)
      return fmt::format("partition {} of topic '{}' has no leader", topic.partitions[i].id, name);
  return "";
}

std::optional<InStep> fewest_in_step(const rd_kafka_metadata_t& metadata) {
  std::optional<InStep> fewest;
  if (metadata.topic_cnt != 1) return fewest;
  const rd_kafka_metadata_topic_t& topic = metadata.topics[0];
  for (int i = 0; i < topic.partition_cnt; ++i)
    if (const rd_kafka_metadata_partition_t& at = topic.partitions[i];
        !fewest || at.isr_cnt < fewest->replicas)
      fewest = InStep{at.id, at.isr_cnt};
  return fewest;
}

std::string not_told(const std::string& topic) {
  return fmt::format("Kafka has not told of topic '{}' yet", topic);
}

std::string time_text(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::optional<Error> wrong_time(const TopicRules& rules, const Record& record, const std::string& topic) {
  if (record.timestamp_ms == Record::open_timestamp) return std::nullopt;
  const std::int64_t behind = now_ms() - record.timestamp_ms;
  const auto error = [&](std::string_view where, std::int64_t most, std::string_view property) {
    return Error{
        "bad_timestamp",
        fmt::format("the record's time, {}, lies more than the {} ms {} that topic '{}' allows ({}); "
                    "`timestamp: sending` on the sink gives it the moment of sending",
                    time_text(record.timestamp_ms), most, where, topic, property)};
  };
  if (rules.most_behind_ms && behind > *rules.most_behind_ms)
    return error("in the past", *rules.most_behind_ms, "message.timestamp.before.max.ms");
  if (rules.most_ahead_ms && -behind > *rules.most_ahead_ms)
    return error("in the future", *rules.most_ahead_ms, "message.timestamp.after.max.ms");
  return std::nullopt;
}

}  // namespace

std::int64_t TopicRules::batch_bytes(std::int64_t otherwise) const {
  return std::min({otherwise, topic_bytes.value_or(otherwise), request_bytes.value_or(otherwise)});
}

std::optional<Error> TopicRules::refusal(const Record& record, const std::string& topic,
                                         bool compressed) const {
  const std::int64_t bytes = kafka::batch_bytes(record);
  if (topic_bytes && !compressed && bytes > *topic_bytes)
    return Error{"too_large",
                 fmt::format("the record takes {} bytes, topic '{}' allows {} (max.message.bytes)", bytes,
                             topic, *topic_bytes)};
  if (request_bytes && bytes > *request_bytes)
    return Error{
        "too_large",
        fmt::format("the record takes {} bytes, the broker allows {} (socket.request.max.bytes, less "
                    "{} for what goes around it)",
                    bytes, *request_bytes, request_frame)};
  if (needs_key && !record.key)
    return Error{"no_key",
                 fmt::format("topic '{}' is compacted (cleanup.policy): a record without a key cannot be "
                             "written to it",
                             topic)};
  return wrong_time(*this, record, topic);
}

void TopicRulesQuery::attach(Client& client) {
  client_ = &client;
  answers_.reset(rd_kafka_queue_new(client.get()));
  asking_ = false;
  not_writable_ = not_told(topic_);
  broker_.reset();
  ask_at_ = look_at_ = {};
}

std::string TopicRulesQuery::too_few_replicas() const {
  if (!fewest_in_step_ || !rules_.least_in_step || fewest_in_step_->replicas >= *rules_.least_in_step)
    return "";
  return fmt::format("partition {} has {} replica{} in step, and min.insync.replicas asks for {}",
                     fewest_in_step_->partition, fewest_in_step_->replicas,
                     fewest_in_step_->replicas == 1 ? "" : "s", *rules_.least_in_step);
}

// A producer that asks for one topic has it made where brokers make topics.
void TopicRulesQuery::look() {
  const bool was_writable = not_writable_.empty();
  const MetadataPtr metadata = ask_metadata(client_->get(), topic_, longest_look);
  const auto now = Clock::now();
  if (!metadata || metadata->broker_cnt == 0) {  // nobody there
    if (broker_) look_at_ = now + between_looks_at_trouble;
    return;
  }
  // As good as any: they are configured alike.
  broker_ = metadata->brokers[0].id;
  not_writable_ = why_not_writable(*metadata, topic_);
  fewest_in_step_ = fewest_in_step(*metadata);
  look_at_ = now + (not_writable_.empty() ? between_looks_at_topic : between_looks_at_trouble);
  if (was_writable && !not_writable_.empty()) ask_at_ = {};  // says what is wrong
}

// Any broker knows. A question about a broker goes to that one; others go to the controller by default, and
// some brokers have none.
void TopicRulesQuery::ask() {
  std::array resources{
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic_.c_str()),
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, std::to_string(*broker_).c_str())};
  rd_kafka_AdminOptions_t* options =
      rd_kafka_AdminOptions_new(client_->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  std::array<char, 256> ignored{};
  rd_kafka_AdminOptions_set_request_timeout(options, static_cast<int>(longest_description.count()),
                                            ignored.data(), ignored.size());
  rd_kafka_DescribeConfigs(client_->get(), resources.data(), resources.size(), options, answers_.get());
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  asking_ = true;
}

bool TopicRulesQuery::serve() {
  const auto now = Clock::now();
  if (now >= look_at_) look();
  if (!asking_ && refused_.exchange(false)) ask_at_ = std::min(ask_at_, now + between_rules_that_refuse);
  if (!asking_ && broker_ && now >= ask_at_) ask();
  if (!asking_) return false;
  const EventPtr event{rd_kafka_queue_poll(answers_.get(), 0)};
  if (!event) return false;
  asking_ = false;
  ask_at_ = now + between_rules;
  const TopicRules before = rules_;
  if (!take(*event) || !not_writable_.empty())
    ask_at_ = now + (answered_ ? between_missing_rules : between_first_rules);
  return rules_ != before;
}

bool TopicRulesQuery::is_missing() const {
  return missing_since_ && Clock::now() - *missing_since_ >= time_to_make;
}

// False: to be asked again soon.
bool TopicRulesQuery::take(const rd_kafka_event_t& event) {
  const rd_kafka_resp_err_t failed = rd_kafka_event_error(const_cast<rd_kafka_event_t*>(&event));
  if (failed == RD_KAFKA_RESP_ERR__TIMED_OUT || failed == RD_KAFKA_RESP_ERR__TRANSPORT) return false;
  if (failed) return answered_ = true;  // brokers that know no such question
  std::size_t count = 0;
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(const_cast<rd_kafka_event_t*>(&event)), &count);
  bool known = true;
  for (std::size_t i = 0; i < count; ++i) known = take(*resources[i]) && known;
  answered_ = answered_ || known || is_missing();
  return known;
}

bool TopicRulesQuery::take(const rd_kafka_ConfigResource_t& resource) {
  const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(&resource);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    if (!missing_since_) missing_since_ = Clock::now();
    if (is_missing())
      client_->warn(fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic_,
                                client_->servers()),
                    {{"topic", topic_}, {"cause", "no such topic"}});
    return false;
  }
  if (rd_kafka_ConfigResource_type(&resource) == RD_KAFKA_RESOURCE_TOPIC) missing_since_.reset();
  if (error) return true;  // not ours to know
  if (rd_kafka_ConfigResource_type(&resource) == RD_KAFKA_RESOURCE_TOPIC) {
    take_topic(resource, rules_);
  } else if (const auto bytes = number(resource, "socket.request.max.bytes")) {
    rules_.request_bytes = *bytes - request_frame;
  }
  return true;
}

}  // namespace radflow::kafka
