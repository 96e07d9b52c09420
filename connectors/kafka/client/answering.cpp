#include "connectors/kafka/client/answering.hpp"

namespace radflow::kafka {
namespace {

constexpr std::chrono::seconds longest_answer{5};

}  // namespace

bool Answering::take(const std::vector<BrokerStatistics>& brokers) {
  bool connected = false, answers = false, stuck = false, idle_bootstrap = false;
  for (const BrokerStatistics& broker : brokers) {
    if (broker.state != "UP") continue;
    connected = true;
    const bool heard = broker.idle < longest_answer;
    if (broker.unanswered > 0 && !heard)
      stuck = stuck || broker.source == "learned";  // a coordinator may take its time for a group to join
    else if (broker.id < 0 && !heard)
      idle_bootstrap = true;
    else
      answers = true;
  }
  stuck_ = connected && !answers && (stuck || stuck_);
  return answers || (idle_bootstrap && !stuck_);
}

}  // namespace radflow::kafka
