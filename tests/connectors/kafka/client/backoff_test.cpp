#include "connectors/kafka/client/backoff.hpp"

#include <gtest/gtest.h>

#include "connectors/kafka/librdkafka/broker_statistics.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToTheLongestAndBeginsAnewWhenItWorked) {
  Backoff backoff{500ms, 3s};
  EXPECT_EQ(backoff.next(), 500ms);
  EXPECT_EQ(backoff.next(), 1s);
  EXPECT_EQ(backoff.next(), 2s);
  EXPECT_EQ(backoff.next(), 3s);
  EXPECT_EQ(backoff.next(), 3s);
  backoff.reset();
  EXPECT_EQ(backoff.next(), 500ms);
}

TEST(BrokerStatistics, SayWhetherThereIsAProducerId) {
  // From librdkafka 2.0.2.
  EXPECT_TRUE(has_producer_id(R"("eos": { "idemp_state": "Assigned", "idemp_stateage": 12)"));
  EXPECT_TRUE(has_producer_id(R"("eos":{"idemp_state":"Assigned","idemp_stateage":12)"));
  EXPECT_FALSE(has_producer_id(R"("eos": { "idemp_state": "RequestPID", "idemp_stateage": 12)"));
  EXPECT_FALSE(has_producer_id(R"("brokers":{})"));
}

}  // namespace
}  // namespace radflow::kafka
