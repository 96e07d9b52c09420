#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"

namespace radflow::kafka {
namespace {

// Of what may be fetched ahead: three quarters are left to read while it is fetched again.
constexpr std::int64_t part = 4;

// The program may run with another librdkafka than it was built with.
bool has_backoff() {
  static const bool has = rd_kafka_version() >= 0x02020000;
  return has;
}

Properties make_defaults() {
  Properties defaults{
      {"fetch.wait.max.ms", "10"},                  // 500 costs 364 ms of latency
      {"receive.message.max.bytes", "2147483647"},  // else an oversized fetch loops in silence
      {"fetch.message.max.bytes", "4718592"},
      {"fetch.max.bytes", "8388608"},
      {"queued.max.messages.kbytes", "32768"}};
  if (has_backoff()) defaults.emplace_back("fetch.queue.backoff.ms", "1");
  return defaults;
}

}  // namespace

const Properties& fetch_defaults() {
  static const Properties defaults = make_defaults();
  return defaults;
}

FetchAhead::FetchAhead(const rd_kafka_conf_t& conf)
    : most_bytes_{std::stoll(property(conf, "queued.max.messages.kbytes")) * 1024 / part},
      most_messages_{std::stoll(property(conf, "queued.min.messages")) / part},
      user_{property(conf, "sasl.username")},
      password_{property(conf, "sasl.password")} {}

void FetchAhead::took(rd_kafka_t* consumer, const rd_kafka_message_t& message) {
  if (has_backoff()) return;
  bytes_ += static_cast<std::int64_t>(message.len);
  ++messages_;
  if (bytes_ < most_bytes_ && messages_ < most_messages_) return;
  bytes_ = messages_ = 0;
  if (rd_kafka_error_t* error = rd_kafka_sasl_set_credentials(consumer, user_.c_str(), password_.c_str()))
    rd_kafka_error_destroy(error);
}

}  // namespace radflow::kafka
