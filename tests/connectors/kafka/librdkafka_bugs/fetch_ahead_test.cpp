#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"

#include <gtest/gtest.h>

#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

// Left to itself librdkafka takes some 18 s for each.
TEST(FetchAhead, WhatIsReadIsFetchedAgainAtOnce) {
  MockBroker broker;
  broker.make_topic("frames", 1);
  const Properties properties{{"bootstrap.servers", broker.servers()}};
  constexpr int records = 600;
  {
    Properties one_each = properties;
    one_each.emplace_back("batch.num.messages", "1");
    Producer producer{"frames", one_each, "test"};
    for (int i = 0; i < records; ++i)
      producer.produce(std::make_shared<Record>(Record{Bytes::of(std::string(2048, 'x'))}), [](auto) {});
    ASSERT_TRUE(producer.flush(10s));
  }
  for (const auto& [most, value] :
       {std::pair{"queued.max.messages.kbytes", "2"}, {"queued.min.messages", "1"}}) {
    Properties narrow = properties;
    narrow.emplace_back(most, value);
    TopicReader reader{"frames", narrow, TopicReader::From::Beginning};
    const auto until = std::chrono::steady_clock::now() + 12s;
    int read = 0;
    while (read < records && std::chrono::steady_clock::now() < until) read += reader.next(100ms).has_value();
    EXPECT_EQ(read, records) << most;
  }
}

// message.max.bytes is a producer's and may stand in a shared block; librdkafka refuses a consumer that fetches less.
TEST(FetchAhead, ASourceBesideASinkOfLargeRecordsIsMade) {
  const Properties large{{"bootstrap.servers", "127.0.0.1:1"}, {"message.max.bytes", "100000000"}};
  EXPECT_TRUE(check_conf(RD_KAFKA_CONSUMER, fetch_defaults(), large).empty());
  const ConfPtr conf = make_conf(fetch_defaults(), large);
  EXPECT_EQ(property(*conf, "fetch.max.bytes"), "100000000");
  Properties own = large;
  own.emplace_back("fetch.max.bytes", "1000000");
  const std::vector<ParamError> wrong = check_conf(RD_KAFKA_CONSUMER, fetch_defaults(), own);
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_NE(std::string{wrong[0].what()}.find("fetch.max.bytes"), std::string::npos);
}

}  // namespace
}  // namespace radflow::kafka
