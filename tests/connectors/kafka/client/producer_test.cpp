// What a producer does when a broker misbehaves in ways a real one does not on demand.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce_request = 0;

struct Sent {
  std::atomic<int> acknowledged{0}, refused{0};
  std::string reason;
};

void send(Producer& producer, int from, int to, Sent& sent) {
  for (int i = from; i < to; ++i)
    producer.produce(std::make_shared<const Record>(Record{Bytes::of(std::to_string(i))}),
                     [&sent](auto error) {
                       if (!error) return void(++sent.acknowledged);
                       sent.reason = error->reason;
                       ++sent.refused;
                     });
}

std::vector<std::string> read(const MockBroker& broker, std::size_t count) {
  TopicReader reader{"t", {{"bootstrap.servers", broker.servers()}}, TopicReader::From::Beginning};
  std::vector<std::string> values;
  for (const auto end = std::chrono::steady_clock::now() + 20s;
       values.size() < count && std::chrono::steady_clock::now() < end;)
    if (const auto record = reader.next(100ms)) values.emplace_back(record->value.text());
  return values;
}

TEST(KafkaProducer, StartsAnewAfterAFatalErrorWithWhatIsNotAcknowledged) {
  MockBroker broker;
  broker.make_topic("t", 1);
  Producer producer{"t", {{"bootstrap.servers", broker.servers()}}, "test"};
  Sent sent;
  send(producer, 0, 10, sent);
  ASSERT_TRUE(producer.flush(20s));
  rd_kafka_mock_push_request_errors(broker.get(), produce_request, 1,
                                    RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
  send(producer, 10, 30, sent);
  EXPECT_TRUE(producer.flush(20s));
  EXPECT_EQ(sent.acknowledged, 30);
  EXPECT_EQ(sent.refused, 0);
  // Not of their order: this broker does not check sequence numbers and may take the request after the one
  // that failed.
  std::multiset<std::string> expected;
  for (int i = 0; i < 30; ++i) expected.insert(std::to_string(i));
  const auto values = read(broker, 30);
  EXPECT_EQ(std::multiset<std::string>(values.begin(), values.end()), expected);
}

TEST(KafkaProducer, TriesAgainWhatIsNotTheRecordsFault) {
  MockBroker broker;
  broker.make_topic("t", 1);
  Producer producer{"t", {{"bootstrap.servers", broker.servers()}}, "test"};
  for (const auto error : {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                           RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED})
    rd_kafka_mock_push_request_errors(broker.get(), produce_request, 1, error);
  Sent sent;
  send(producer, 0, 20, sent);
  EXPECT_TRUE(producer.flush(30s));
  EXPECT_EQ(sent.acknowledged, 20);
  EXPECT_EQ(sent.refused, 0);
  EXPECT_GE(read(broker, 20).size(), 20u);
}

TEST(KafkaProducer, RefusesWhatTheBrokerWillNeverTake) {
  MockBroker broker;
  broker.make_topic("t", 1);
  Producer producer{"t", {{"bootstrap.servers", broker.servers()}}, "test"};
  // With its batch, and by itself.
  rd_kafka_mock_push_request_errors(broker.get(), produce_request, 2, RD_KAFKA_RESP_ERR_INVALID_RECORD,
                                    RD_KAFKA_RESP_ERR_INVALID_RECORD);
  Sent sent;
  send(producer, 0, 1, sent);
  EXPECT_TRUE(producer.flush(20s));
  EXPECT_EQ(sent.refused, 1);
  EXPECT_EQ(sent.reason, "refused_by_broker");
}

TEST(KafkaProducer, ForgetsWhatIsNotDeliveredWhenItEnds) {
  Sent sent;
  {
    Producer producer{"t", {{"bootstrap.servers", "127.0.0.1:1"}}, "test"};
    send(producer, 0, 10, sent);
    EXPECT_FALSE(producer.flush(100ms));
    EXPECT_EQ(producer.outstanding(), 10u);
  }
  EXPECT_EQ(sent.acknowledged + sent.refused, 0);
}

TEST(KafkaProducer, FreesWhatIsOnItsWayWhenItEnds) {
  MockBroker broker;
  broker.make_topic("t", 4);
  std::vector<std::weak_ptr<const Record>> records;
  {
    Producer producer{"t", {{"bootstrap.servers", broker.servers()}}, "test"};
    Sent sent;
    send(producer, 0, 1, sent);
    ASSERT_TRUE(producer.flush(20s));
    rd_kafka_mock_broker_set_rtt(broker.get(), 1, 2000);
    for (int i = 0; i < 2000; ++i) {
      auto record = std::make_shared<const Record>(Record{Bytes::of("x")});
      records.emplace_back(record);
      producer.produce(std::move(record), [](auto) {});
    }
    std::this_thread::sleep_for(200ms);
    EXPECT_GT(producer.outstanding(), 0u);
  }
  EXPECT_TRUE(std::ranges::all_of(records, [](const auto& record) { return record.expired(); }));
}

}  // namespace
}  // namespace radflow::kafka
