#include "connectors/kafka/client/unreachable_brokers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2s;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace

void UnreachableBrokers::failed(std::string_view reason, Clock::time_point now) {
  const std::size_t end = reason.find(": ");
  std::string_view name = reason.substr(0, end);
  const std::size_t slash = name.rfind('/');
  if (end == reason.npos || slash == name.npos) return;
  const auto id = number(name.substr(slash + 1));
  if (!id || *id < 0) return;
  name = name.substr(0, slash);
  if (const std::size_t scheme = name.find("://"); scheme != name.npos) name.remove_prefix(scheme + 3);
  reason.remove_prefix(end + 2);
  Broker& broker = brokers_.try_emplace(static_cast<int>(*id), Broker{{}, {}, now}).first->second;
  broker.address = name;
  broker.reason = reason.substr(0, reason.find(" (after "));
  broker.back = false;
}

void UnreachableBrokers::take(const std::vector<BrokerStatistics>& brokers, Clock::time_point now) {
  for (const BrokerStatistics& broker : brokers) {
    if (broker.id < 0) continue;
    const auto known = brokers_.find(static_cast<int>(broker.id));
    if (broker.state == "UP") {
      if (known != brokers_.end()) known->second.back = true;
      continue;
    }
    // One that is in no use is not connected to.
    if (broker.state == "INIT" || broker.state == "DOWN" || broker.state == "TRY_CONNECT" ||
        known != brokers_.end())
      continue;
    if (broker.state_age > patience)
      brokers_.emplace(static_cast<int>(broker.id),
                       Broker{std::string{broker.address}, "no answer", now - patience});
  }
}

std::vector<std::string> UnreachableBrokers::news(const std::string& servers, Clock::time_point now) {
  std::vector<std::string> sentences;
  for (auto at = brokers_.begin(); at != brokers_.end();) {
    Broker& broker = at->second;
    if (broker.back) {
      if (broker.said)
        sentences.push_back(
            fmt::format("broker {} of Kafka at {} is reached at {} now", at->first, servers, broker.address));
      at = brokers_.erase(at);
      continue;
    }
    if (!broker.said && now - broker.since >= patience) {
      broker.said = true;
      sentences.push_back(fmt::format(
          "Kafka at {} gives {} as the address of its broker {}, which cannot be reached from here ({}); "
          "advertised.listeners of the broker has to name {}; trying again",
          servers, broker.address, at->first, broker.reason,
          broker.reason.starts_with("its certificate") ? "what its certificate is for"
                                                       : "an address that clients can reach"));
    }
    ++at;
  }
  return sentences;
}

}  // namespace radflow::kafka
