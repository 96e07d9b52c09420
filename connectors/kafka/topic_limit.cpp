#include "connectors/kafka/topic_limit.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

namespace radflow::kafka {

void TopicLimit::attach(Client& client) {
  client_ = &client;
  answers_.reset(rd_kafka_queue_new(client.get()));
  asking_ = false;
  ask_at_ = {};
}

// Any broker knows; by default librdkafka would wait for the controller, and some brokers have none.
void TopicLimit::ask() {
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client_->get(), 0, nullptr, &found, 200)) return;  // nobody there yet
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> metadata{found};
  if (metadata->broker_cnt == 0) return;
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic_.c_str());
  rd_kafka_AdminOptions_t* options =
      rd_kafka_AdminOptions_new(client_->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  std::array<char, 256> ignored{};
  rd_kafka_AdminOptions_set_request_timeout(options, 10'000, ignored.data(), ignored.size());
  rd_kafka_AdminOptions_set_broker(options, metadata->brokers[0].id, ignored.data(), ignored.size());
  rd_kafka_DescribeConfigs(client_->get(), &resource, 1, options, answers_.get());
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_ConfigResource_destroy(resource);
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
  const auto before = bytes_;
  if (!take(*event)) ask_at_ = now + std::chrono::seconds{1};
  return bytes_ != before;
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
  if (count == 0) return true;
  const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(resources[0]);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    client_->warn(
        fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic_, client_->servers()));
    return false;
  }
  if (error) return true;
  const auto* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (std::size_t i = 0; i < count; ++i)
    if (std::string_view{rd_kafka_ConfigEntry_name(entries[i])} == "max.message.bytes") {
      const std::string_view value{rd_kafka_ConfigEntry_value(entries[i])};
      std::int64_t bytes = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), bytes).ec == std::errc{}) bytes_ = bytes;
    }
  return true;
}

}  // namespace radflow::kafka
