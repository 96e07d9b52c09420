// Answering: whether a broker answers, from librdkafka's statistics. A broker that stands still keeps its connections;
// it is noticed by a request that it leaves without an answer for 5 s. Used by one thread.
#pragma once

#include <vector>

#include "connectors/kafka/librdkafka/broker_statistics.hpp"

namespace radflow::kafka {

class Answering {
 public:
  bool take(const std::vector<BrokerStatistics>& brokers);

 private:
  // A broker of the cluster left a request without an answer, and none has answered since. The connection to a
  // bootstrap address, which stays when the broker advertises another one, is idle then and shows nothing.
  bool stuck_ = false;
};

}  // namespace radflow::kafka
