#include "connectors/kafka/topic_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "connectors/kafka/record_size.hpp"

namespace radflow::kafka {
namespace {

// More than goes around the one batch of a produce request: client, topic, partition, lengths.
constexpr std::int64_t request_frame = 1024;

std::optional<std::int64_t> number(const rd_kafka_ConfigResource_t& resource, std::string_view name) {
  std::size_t count = 0;
  const auto* entries = rd_kafka_ConfigResource_configs(&resource, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* text = rd_kafka_ConfigEntry_value(entries[i]);
    if (!text || rd_kafka_ConfigEntry_name(entries[i]) != name) continue;
    const std::string_view value{text};
    std::int64_t found = 0;
    if (std::from_chars(value.data(), value.data() + value.size(), found).ec == std::errc{}) return found;
  }
  return std::nullopt;
}

}  // namespace

std::int64_t SizeLimit::batch_bytes(std::int64_t otherwise) const {
  return std::min({otherwise, topic.value_or(otherwise), request.value_or(otherwise)});
}

std::optional<Error> SizeLimit::too_large(const Record& record, const std::string& topic_name,
                                          bool compressed) const {
  const std::int64_t bytes = kafka::batch_bytes(record);
  if (topic && !compressed && bytes > *topic)
    return Error{"too_large",
                 fmt::format("the record takes {} bytes, topic '{}' allows {} (max.message.bytes)", bytes,
                             topic_name, *topic)};
  if (request && bytes > *request)
    return Error{
        "too_large",
        fmt::format("the record takes {} bytes, the broker allows {} (socket.request.max.bytes, less "
                    "{} for what goes around it)",
                    bytes, *request, request_frame)};
  return std::nullopt;
}

void TopicLimit::attach(Client& client) {
  client_ = &client;
  answers_.reset(rd_kafka_queue_new(client.get()));
  asking_ = false;
  ask_at_ = {};
}

// Any broker knows. A question about a broker goes to that one; others go to the controller by default, and
// some brokers have none.
void TopicLimit::ask() {
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client_->get(), 0, nullptr, &found, 200)) return;  // nobody there yet
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> metadata{found};
  if (metadata->broker_cnt == 0) return;
  // Of one broker, as good as any: they are configured alike.
  const std::int32_t broker = metadata->brokers[0].id;
  std::array resources{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic_.c_str()),
                       rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, std::to_string(broker).c_str())};
  rd_kafka_AdminOptions_t* options =
      rd_kafka_AdminOptions_new(client_->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  std::array<char, 256> ignored{};
  rd_kafka_AdminOptions_set_request_timeout(options, 10'000, ignored.data(), ignored.size());
  rd_kafka_DescribeConfigs(client_->get(), resources.data(), resources.size(), options, answers_.get());
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  asking_ = true;
}

bool TopicLimit::serve() {
  const auto now = Clock::now();
  if (!asking_ && now >= ask_at_) ask();
  if (!asking_) return false;
  const EventPtr event{rd_kafka_queue_poll(answers_.get(), 0)};
  if (!event) return false;
  asking_ = false;
  ask_at_ = now + std::chrono::seconds{60};
  const SizeLimit before = limit_;
  if (!take(*event)) ask_at_ = now + std::chrono::seconds{1};
  return limit_ != before;
}

// False: to be asked again soon.
bool TopicLimit::take(const rd_kafka_event_t& event) {
  const rd_kafka_resp_err_t failed = rd_kafka_event_error(const_cast<rd_kafka_event_t*>(&event));
  if (failed == RD_KAFKA_RESP_ERR__TIMED_OUT || failed == RD_KAFKA_RESP_ERR__TRANSPORT) return false;
  answered_ = true;
  if (failed) return true;  // brokers that know no such question
  std::size_t count = 0;
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(const_cast<rd_kafka_event_t*>(&event)), &count);
  bool known = true;
  for (std::size_t i = 0; i < count; ++i) known = take(*resources[i]) && known;
  return known;
}

bool TopicLimit::take(const rd_kafka_ConfigResource_t& resource) {
  const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(&resource);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    client_->warn(
        fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic_, client_->servers()));
    return false;
  }
  if (error) return true;  // not ours to know
  if (rd_kafka_ConfigResource_type(&resource) == RD_KAFKA_RESOURCE_TOPIC) {
    if (const auto bytes = number(resource, "max.message.bytes")) limit_.topic = bytes;
  } else if (const auto bytes = number(resource, "socket.request.max.bytes")) {
    limit_.request = *bytes - request_frame;
  }
  return true;
}

}  // namespace radflow::kafka
