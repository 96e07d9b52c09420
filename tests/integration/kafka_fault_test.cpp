// Brokers that are away, topics that are missing, values no broker takes: said clearly, tried again, nothing
// lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/comes_true.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/member.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/sent.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using KafkaFault = OnRealBroker;

BuildInfo info(const std::string& servers) {
  BuildInfo info{.graph = "test", .name = "test"};
  info.properties = {{"bootstrap.servers", servers}};
  return info;
}

// Needs no broker: nobody listens there.
TEST(KafkaAway, IsSaidWithinFiveSecondsBySourceAndSink) {
  Heard heard;
  Processed processed;
  Member member{"kafka: {topic: t}", info("127.0.0.1:1"), processed};
  EXPECT_TRUE(
      heard.within(5s,
                   "source test: cannot reach Kafka at 127.0.0.1:1 (Connect to ipv4#127.0.0.1:1 failed: "
                   "Connection refused), trying again"))
      << heard.all();
  const std::string why =
      "no broker at 127.0.0.1:1 answers (Connect to ipv4#127.0.0.1:1 failed: Connection refused)";
  EXPECT_FALSE(member.source().ready());
  EXPECT_EQ(member.source().not_ready(), why);
  const auto sink = make_sink("kafka: {topic: t}", info("127.0.0.1:1"));
  EXPECT_TRUE(heard.within(5s, "sink test: cannot reach Kafka at 127.0.0.1:1")) << heard.all();
  EXPECT_FALSE(sink->ready());
  EXPECT_EQ(sink->not_ready(), why);
}

// An address that swallows packets (TEST-NET-1, RFC 5737) refuses nothing.
TEST(KafkaAway, IsSaidOfABrokerThatNeverAnswers) {
  Heard heard;
  Processed processed;
  const Member member{"kafka: {topic: t}", info("192.0.2.1:9092"), processed};
  EXPECT_TRUE(heard.within(5s, "cannot reach Kafka at 192.0.2.1:9092")) << heard.all();
}

TEST_F(KafkaFault, ABrokerThatComesBackIsFoundAndNothingIsLost) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  const std::string in = broker().make_topic("away-in"), out = broker().make_topic("away-out");
  broker().produce(in, std::vector<Record>(100, Record{Bytes::of("x")}));
  broker().stop();

  Heard heard;
  Processed processed;
  const Member member{"kafka: {topic: " + in + ", group: " + in + "}", info(broker().servers()), processed};
  const auto sink = make_sink("kafka: {topic: " + out + "}", info(broker().servers()));
  Sent sent{*sink};
  sent.submit(0, 50);
  EXPECT_TRUE(heard.within(5s, "source test: cannot reach Kafka")) << heard.all();
  EXPECT_TRUE(heard.within(5s, "sink test: cannot reach Kafka")) << heard.all();
  broker().start();
  EXPECT_TRUE(comes_true(60s, [&] { return processed.count() >= 100 && sent.acknowledged == 50; }));
  EXPECT_TRUE(heard.within(10s, "answers"));

  // And again while both are at work.
  broker().stop();
  sent.submit(50, 100);
  EXPECT_FALSE(sink->flush(1s));
  broker().start();
  broker().produce(in, std::vector<Record>(100, Record{Bytes::of("x")}));
  EXPECT_TRUE(sink->flush(60s));
  EXPECT_EQ(sent.acknowledged, 100);
  EXPECT_EQ(sent.refused, 0);
  EXPECT_TRUE(comes_true(60s, [&] {
    const auto offsets = broker().committed(in, in);
    return offsets.contains(0) && offsets.at(0) == 200;
  }));
  const auto results = broker().read_all(out);
  ASSERT_EQ(results.size(), 100u) << "idempotent: nothing twice either";
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].value.text(), std::to_string(i));
}

// A source and a sink of one broker, which have read and written something.
struct AtWork {
  AtWork(const std::string& in, const std::string& out, const BuildInfo& info)
      : member{"kafka: {topic: " + in + ", group: " + in + "}", info, processed},
        sink{make_sink("kafka: {topic: " + out + "}", info)} {
    sent.submit(0, 1);
  }
  bool both_ready() { return member.source().ready() && sink->ready(); }

  Processed processed;
  Member member;
  const std::unique_ptr<Sink> sink;
  Sent sent{*sink};
};

// It keeps its connections and answers nothing. Then it has forgotten its members.
TEST_F(KafkaFault, ABrokerThatStandsStillIsNoticed) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  const std::string in = broker().make_topic("still-in"), out = broker().make_topic("still-out");
  broker().produce(in, std::vector<Record>(10, Record{Bytes::of("x")}));
  Heard heard;
  BuildInfo impatient = info(broker().servers());
  impatient.properties.emplace_back("session.timeout.ms", "6000");
  AtWork at_work{in, out, impatient};
  ASSERT_TRUE(comes_true(30s, [&] {
    return at_work.processed.count() == 10 && at_work.sent.acknowledged == 1 && at_work.both_ready();
  }));

  broker().pause(true);
  at_work.sent.submit(1, 2);
  EXPECT_TRUE(comes_true(15s, [&] { return !at_work.member.source().ready() && !at_work.sink->ready(); }));
  // For "no answer", or what librdkafka says of a request that took too long.
  EXPECT_TRUE(heard.within(10s, "source test: cannot reach Kafka at " + broker().servers() + " ("))
      << heard.all();
  EXPECT_TRUE(heard.within(10s, "sink test: cannot reach Kafka")) << heard.all();
  EXPECT_TRUE(heard.within(10s, "source test: loses 1 partitions")) << heard.all();
  broker().pause(false);
  // As soon as it may be at work again, not before.
  EXPECT_TRUE(comes_true(60s, [&] {
    const bool ready = at_work.member.source().ready();
    EXPECT_FALSE(ready && at_work.member.source().partitions().empty());
    return ready;
  }));
  broker().produce(in, std::vector<Record>(10, Record{Bytes::of("x")}));
  EXPECT_TRUE(
      comes_true(30s, [&] { return at_work.processed.count() >= 20 && at_work.sent.acknowledged == 2; }));
}

// librdkafka keeps the connection to the address it was given beside the one to the address that the broker gives.
TEST_F(KafkaFault, ABrokerThatStandsStillIsNoticedUnderAnotherNameToo) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  const std::string in = broker().make_topic("named-in"), out = broker().make_topic("named-out");
  broker().produce(in, std::vector<Record>(10, Record{Bytes::of("x")}));
  const std::string& servers = broker().servers();
  BuildInfo other = info("localhost" + servers.substr(servers.find(':')));
  other.properties.emplace_back("broker.address.family", "v4");
  AtWork at_work{in, out, other};
  ASSERT_TRUE(comes_true(30s, [&] {
    return at_work.processed.count() == 10 && at_work.sent.acknowledged == 1 && at_work.both_ready();
  }));
  broker().pause(true);
  at_work.sent.submit(1, 2);
  EXPECT_TRUE(comes_true(15s, [&] { return !at_work.sink->ready(); }));
  EXPECT_TRUE(comes_true(15s, [&] { return !at_work.member.source().ready(); }));
  broker().pause(false);
  EXPECT_TRUE(comes_true(60s, [&] { return at_work.both_ready(); }));
}

TEST_F(KafkaFault, AMissingTopicIsSaidAndFoundWhenItIsMade) {
  const std::string topic = RealBroker::topic_name("made-later");
  Heard heard;
  Processed processed;
  Member member{"kafka: {topic: " + topic + ", group: " + topic + "}", info(broker().servers()), processed};
  EXPECT_TRUE(heard.within(5s, "topic '" + topic + "' does not exist at " + broker().servers() + ", waiting"))
      << heard.all();
  EXPECT_TRUE(comes_true(5s, [&] {
    return member.source().not_ready() == "topic '" + topic + "' does not exist";
  })) << member.source().not_ready();
  broker().make_topic_named(topic);
  broker().produce(topic, std::vector<Record>(10, Record{Bytes::of("x")}));
  EXPECT_TRUE(comes_true(30s, [&] { return processed.count() == 10; }));
  EXPECT_TRUE(member.source().ready()) << member.source().not_ready();
}

TEST_F(KafkaFault, ASinkIsReadyOnlyWhileItsTopicIsThere) {
  const std::string topic = RealBroker::topic_name("written-later");
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info(broker().servers()));
  EXPECT_FALSE(comes_true(3s, [&] { return sink->ready(); })) << "connected, but nothing can be written";
  EXPECT_EQ(sink->not_ready(), "topic '" + topic + "' does not exist");
  broker().make_topic_named(topic);
  EXPECT_TRUE(comes_true(10s, [&] { return sink->ready(); }));
  broker().delete_topic(topic);
  Sent sent{*sink};
  sent.submit(0, 1);
  EXPECT_TRUE(comes_true(20s, [&] { return !sink->ready(); })) << "its output is held back";
  broker().make_topic_named(topic);
  EXPECT_TRUE(comes_true(30s, [&] { return sink->ready() && sent.acknowledged == 1; }));
}

// As brokers do by default. Dead letters may come much later than their sink.
TEST_F(KafkaFault, ASinkHasItsTopicMadeAtTheStartWhereBrokersMakeTopics) {
  if (!broker().own()) GTEST_SKIP() << "needs a broker of its own";
  const auto making = RealBroker::another({.settings = {"auto.create.topics.enable=true"}});
  Heard heard;
  const auto sink = make_sink("kafka: {topic: dead-letters}", info(making->servers()));
  EXPECT_TRUE(comes_true(20s, [&] { return sink->ready(); }));
  EXPECT_EQ(heard.all().find("does not exist"), std::string::npos) << heard.all();
  EXPECT_EQ(making->ends("dead-letters").size(), 1u) << "without a record";
}

TEST_F(KafkaFault, ThereIsNothingToCatchUpWithInAMissingTopic) {
  const auto source =
      make_source("kafka: {topic: nowhere, until_caught_up: true, group: nowhere}", info(broker().servers()));
  EXPECT_THROW(read_all(*source), std::runtime_error);
}

TEST_F(KafkaFault, ATopicMadeAnewIsReadFromItsBeginning) {
  const std::string topic = broker().make_topic("anew");
  broker().produce(topic, std::vector<Record>(50, Record{Bytes::of("old")}));
  Processed processed;
  const Member member{"kafka: {topic: " + topic + ", group: " + topic + "}", info(broker().servers()),
                      processed};
  ASSERT_TRUE(comes_true(30s, [&] { return processed.count() == 50; }));
  broker().delete_topic(topic);
  std::this_thread::sleep_for(2s);
  broker().make_topic_named(topic);
  broker().produce(topic, std::vector<Record>(20, Record{Bytes::of("new")}));
  EXPECT_TRUE(comes_true(60s, [&] { return processed.count() == 70; })) << processed.count();
  EXPECT_TRUE(comes_true(10s, [&] { return broker().committed(topic, topic)[0] == 20; }));
}

TEST_F(KafkaFault, AResultTopicThatIsDeletedIsWaitedForAndTheRestIsWrittenInOrder) {
  const std::string topic = broker().make_topic("deleted");
  Heard heard;
  BuildInfo soon = info(broker().servers());
  soon.properties.emplace_back("topic.metadata.refresh.interval.ms", "500");
  const auto sink = make_sink("kafka: {topic: " + topic + "}", soon);
  Sent sent{*sink};
  sent.submit(0, 50);
  ASSERT_TRUE(sink->flush(30s));
  broker().delete_topic(topic);
  sent.submit(50, 100);
  EXPECT_FALSE(sink->flush(3s));
  sent.submit(100, 150);
  EXPECT_TRUE(heard.within(5s, "sink test: topic '" + topic + "'")) << heard.all();
  broker().make_topic_named(topic);
  EXPECT_TRUE(sink->flush(60s)) << heard.all();
  EXPECT_EQ(sent.acknowledged, 150);
  EXPECT_EQ(sent.refused, 0);
  const auto results = broker().read_all(topic);
  ASSERT_EQ(results.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].value.text(), std::to_string(50 + i));
}

}  // namespace
}  // namespace radflow
