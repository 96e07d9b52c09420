// UnreachableBrokers: notices brokers whose address, as Kafka gives it to its clients, cannot be reached though
// others can: an advertised name that does not resolve, a refused port, a certificate for another name. librdkafka
// goes on trying without a word that reaches a user. Used by one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kafka/librdkafka/broker_statistics.hpp"

namespace radflow::kafka {

class UnreachableBrokers {
 public:
  using Clock = std::chrono::steady_clock;

  // What librdkafka's error callback says: "ssl://host:9092/1: Failed to resolve 'host:9092': ...". What is about no
  // single broker, or about a bootstrap address, is left out.
  void failed(std::string_view reason, Clock::time_point now);
  // librdkafka's statistics: brokers that are reached, and connections that do not come about.
  void take(const std::vector<BrokerStatistics>& brokers, Clock::time_point now);

  // What is to be said now: a sentence for each broker that could not be reached for 2 s, once, and one when it is
  // reached again. `servers` are those that the client was given.
  std::vector<std::string> news(const std::string& servers, Clock::time_point now);

 private:
  struct Broker {
    std::string address, reason;
    Clock::time_point since;
    bool said = false, back = false;
  };
  std::map<int, Broker> brokers_;  // the key is the node id
};

}  // namespace radflow::kafka
