#include "connectors/kafka/client/answering.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

// One broker of librdkafka's statistics, as 2.0.2 and 2.8.0 write it.
std::string broker(int id, const std::string& source, const std::string& state, int unanswered, int idle_s) {
  return fmt::format(
      R"("b":{{"name":"b","nodeid":{},"nodename":"k:9092","source":"{}","state":"{}","stateage":7000000,)"
      R"("outbuf_cnt":0,"outbuf_msg_cnt":0,"waitresp_cnt":{},"waitresp_msg_cnt":0,"tx":7,"txidle":1,)"
      R"("rx":6,"rxidle":{}000000}})",
      id, source, state, unanswered, idle_s);
}

bool answers(Answering& answering, const std::string& brokers) {
  return answering.take(broker_statistics(R"({"name":"c","brokers":{)" + brokers + R"(},"topics":{}})"));
}

TEST(Answering, ABrokerThatWasAskedNothingOrAnsweredLatelyAnswers) {
  Answering answering;
  EXPECT_FALSE(answers(answering, ""));
  EXPECT_FALSE(answers(answering, broker(1, "learned", "CONNECT", 0, 1)));
  EXPECT_TRUE(answers(answering, broker(1, "learned", "UP", 0, 900)));
  EXPECT_TRUE(answers(answering, broker(1, "learned", "UP", 3, 4)));
  EXPECT_FALSE(answers(answering, broker(1, "learned", "UP", 1, 5)));
  EXPECT_TRUE(answers(answering, broker(1, "learned", "UP", 1, 5) + "," + broker(2, "learned", "UP", 0, 9)));
}

// The client was given localhost:9092 and the broker advertises 127.0.0.1:9092.
TEST(Answering, AnIdleConnectionToABootstrapAddressHidesNoBrokerThatStandsStill) {
  Answering answering;
  const std::string idle = broker(-1, "configured", "UP", 0, 60) + ",";
  EXPECT_TRUE(answers(answering, idle + broker(1, "learned", "INIT", 0, 0))) << "nothing was asked for yet";
  EXPECT_FALSE(answers(answering, idle + broker(1, "learned", "UP", 1, 6)));
  EXPECT_FALSE(answers(answering, idle + broker(1, "learned", "APIVERSION_QUERY", 1, 0)))
      << "it is still the same broker, though the request ran out of time";
  EXPECT_TRUE(answers(answering, idle + broker(1, "learned", "UP", 0, 1)));
  EXPECT_TRUE(answers(answering, idle + broker(1, "learned", "DOWN", 0, 1))) << "it closed what was idle";
}

TEST(Answering, ACoordinatorThatWaitsForAGroupToJoinStandsNotStill) {
  Answering answering;
  const std::string joining = broker(1, "logical", "UP", 1, 20);
  EXPECT_TRUE(answers(answering, broker(-1, "configured", "UP", 0, 20) + "," + joining));
  EXPECT_TRUE(answers(answering, joining + "," + broker(1, "learned", "UP", 0, 20)));
}

}  // namespace
}  // namespace radflow::kafka
