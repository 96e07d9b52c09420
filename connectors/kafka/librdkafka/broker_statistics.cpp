#include "connectors/kafka/librdkafka/broker_statistics.hpp"

#include <charconv>

namespace radflow::kafka {
namespace {

constexpr std::string_view first_key = R"("nodeid":)";

// The value behind `key`: a number, or a text without its quotes. Before some librdkafka writes a space.
std::string_view value(std::string_view broker, std::string_view key) {
  const std::size_t at = broker.find(key);
  if (at == broker.npos) return {};
  broker.remove_prefix(at + key.size());
  if (broker.starts_with(' ')) broker.remove_prefix(1);
  if (broker.starts_with('"')) broker.remove_prefix(1);
  return broker.substr(0, broker.find_first_of("\",}"));
}

std::int64_t number(std::string_view text, std::int64_t otherwise = 0) {
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

}  // namespace

std::vector<BrokerStatistics> broker_statistics(std::string_view statistics) {
  std::vector<BrokerStatistics> brokers;
  for (std::size_t at = statistics.find(first_key); at != statistics.npos;) {
    const std::size_t next = statistics.find(first_key, at + first_key.size());
    const std::string_view broker = statistics.substr(at, next == statistics.npos ? next : next - at);
    at = next;
    brokers.push_back({.id = number(value(broker, first_key), -1),
                       .address = value(broker, R"("nodename":)"),
                       .source = value(broker, R"("source":)"),
                       .state = value(broker, R"("state":)"),
                       .state_age = std::chrono::microseconds{number(value(broker, R"("stateage":)"))},
                       .idle = std::chrono::microseconds{number(value(broker, R"("rxidle":)"))},
                       .unanswered = number(value(broker, R"("waitresp_cnt":)"))});
  }
  return brokers;
}

bool has_producer_id(std::string_view statistics) {
  return value(statistics, R"("idemp_state":)") == "Assigned";
}

}  // namespace radflow::kafka
