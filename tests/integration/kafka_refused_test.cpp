// What the broker does not allow: said clearly, not ready, tried again until an operator has allowed it, and
// nothing lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "graph/pipeline.hpp"
#include "tests/comes_true.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/member.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/sent.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;

class KafkaRefused : public WithRules {
 protected:
  BuildInfo info() const {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", broker().servers()},
                       {"topic.metadata.refresh.interval.ms", "200"}};
    return info;
  }
  std::string make_unwritable_topic() const {
    std::string topic = broker().make_topic("forbidden");
    broker().deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_WRITE);
    return topic;
  }
};

std::chrono::microseconds processor_time() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec} +
         std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

TEST_F(KafkaRefused, ATopicThatMayNotBeReadIsReadWhenItMay) {
  const std::string topic = broker().make_topic("forbidden");
  broker().produce(topic, std::vector<Record>(10, Record{Bytes::of("x")}));
  broker().deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_READ);
  Heard heard;
  Processed processed;
  Member member{"kafka: {topic: " + topic + ", group: " + topic + "}", info(), processed};
  EXPECT_TRUE(heard.within(10s, "source test: Kafka at " + broker().servers() +
                                    " does not allow Read on topic '" + topic + "'; an ACL has to grant"))
      << heard.all();
  EXPECT_FALSE(member.source().ready());
  const std::string why = "Kafka at " + broker().servers() + " does not allow Read on topic '" + topic + "'";
  EXPECT_TRUE(comes_true(2s, [&] { return member.source().not_ready() == why; }))
      << member.source().not_ready();
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, topic);
  EXPECT_TRUE(comes_true(30s, [&] { return processed.count() == 10; }));
  EXPECT_TRUE(comes_true(10s, [&] { return member.source().ready(); })) << heard.all();

  // And again while it is read; the topic may still be seen.
  broker().deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_READ);
  EXPECT_TRUE(comes_true(10s, [&] { return !member.source().ready(); })) << heard.all();
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, topic);
  // The broker answers that it has taken the rule away, and heeds it a moment longer: for writing, too.
  EXPECT_TRUE(comes_true(10s, [&] {
    try {
      return broker().produce(topic, {Record{Bytes::of("x")}}), true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
  broker().produce(topic, std::vector<Record>(9, Record{Bytes::of("x")}));
  EXPECT_TRUE(comes_true(30s, [&] { return processed.count() == 20; }))
      << processed.count() << " processed; " << member.source().not_ready() << heard.all();
  EXPECT_TRUE(comes_true(10s, [&] { return broker().committed(topic, topic)[0] == 20; }));
}

TEST_F(KafkaRefused, AGroupThatMayNotBeJoinedIsJoinedWhenItMay) {
  const std::string topic = broker().make_topic("forbidden");
  broker().produce(topic, std::vector<Record>(10, Record{Bytes::of("x")}));
  broker().deny(RD_KAFKA_RESOURCE_GROUP, topic, RD_KAFKA_ACL_OPERATION_READ);
  Heard heard;
  Processed processed;
  Member member{"kafka: {topic: " + topic + ", group: " + topic + "}", info(), processed};
  EXPECT_TRUE(heard.within(10s, "does not allow Read on group '" + topic + "'")) << heard.all();
  EXPECT_FALSE(member.source().ready());
  broker().allow(RD_KAFKA_RESOURCE_GROUP, topic);
  EXPECT_TRUE(comes_true(30s, [&] { return processed.count() == 10; }));
  EXPECT_TRUE(comes_true(10s, [&] { return member.source().ready(); })) << heard.all();

  // What is done is committed as soon as that is allowed again.
  broker().deny(RD_KAFKA_RESOURCE_GROUP, topic, RD_KAFKA_ACL_OPERATION_READ);
  broker().produce(topic, std::vector<Record>(10, Record{Bytes::of("x")}));
  EXPECT_TRUE(heard.within(10s, "does not allow Read on group '" + topic +
                                    "': positions cannot be committed; an ACL has to grant"))
      << heard.all();
  EXPECT_FALSE(comes_true(3s, [&] { return member.source().ready(); })) << "whatever else may be heard";
  broker().allow(RD_KAFKA_RESOURCE_GROUP, topic);
  EXPECT_TRUE(comes_true(20s, [&] { return broker().committed(topic, topic)[0] == 20; }));
  EXPECT_TRUE(comes_true(10s, [&] { return member.source().ready(); })) << heard.all();
}

// While there was nothing to flush it asked librdkafka to flush, as fast as it could. Each time that wakes
// the thread that talks to the broker, which then had no time to send what a fresh sink's first record waits
// for.
TEST_F(KafkaRefused, AFlushThatHasToWaitLeavesTheProcessorAlone) {
  const std::string topic = make_unwritable_topic();
  Heard heard;
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info());
  Sent sent{*sink};
  sent.submit(0, 1);
  ASSERT_TRUE(heard.within(10s, "does not allow Write on topic '" + topic + "'")) << heard.all();
  const auto before = processor_time();
  EXPECT_FALSE(sink->flush(4s));
  EXPECT_LT(processor_time() - before, 1s);
}

TEST_F(KafkaRefused, ATopicThatMayNotBeWrittenIsWrittenInOrderWhenItMay) {
  const std::string topic = make_unwritable_topic();
  Heard heard;
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info());
  Sent sent{*sink};
  sent.submit(0, 50);
  EXPECT_TRUE(heard.within(
      10s, "sink test: Kafka at " + broker().servers() + " does not allow Write on topic '" + topic + "'"))
      << heard.all();
  EXPECT_TRUE(comes_true(1s, [&] { return !sink->ready(); }));
  const std::string why = "Kafka at " + broker().servers() + " does not allow Write on topic '" + topic + "'";
  EXPECT_TRUE(comes_true(2s, [&] { return sink->not_ready() == why; })) << sink->not_ready();
  EXPECT_EQ(sent.acknowledged, 0);
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, topic);
  EXPECT_TRUE(comes_true(30s, [&] { return sent.acknowledged == 50; }));
  EXPECT_TRUE(comes_true(10s, [&] { return sink->ready(); })) << heard.all();

  broker().deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_WRITE);
  sent.submit(50, 100);
  EXPECT_TRUE(comes_true(10s, [&] { return !sink->ready(); })) << heard.all();
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, topic);
  EXPECT_TRUE(sink->flush(30s));
  EXPECT_EQ(sent.refused, 0);
  const auto results = broker().read_all(topic);
  ASSERT_EQ(results.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].value.text(), std::to_string(i));
}

class TransactionsRefused : public KafkaRefused {
 protected:
  void SetUp() override {
    KafkaRefused::SetUp();
    if (IsSkipped()) return;
    in = broker().make_topic("in");
    out = broker().make_topic("forbidden");
  }
  void send(int frames) const {
    std::vector<Record> records;
    for (int i = 0; i < frames; ++i)
      records.push_back({Bytes::of(std::string(64, static_cast<char>(i))), "key", raw_headers(8)});
    broker().produce(in, records);
  }
  Plan plan(bool until_caught_up) const {
    return load_plan_text(fmt::format("graph: test\ndelivery: exactly_once\n"
                                      "kafka: {{bootstrap.servers: '{}', group.instance.id: one}}\n"
                                      "sources:\n  - kafka: {{topic: {}, group: {}, until_caught_up: {}}}\n"
                                      "nodes: [decode, histogram]\nsinks:\n  - kafka: {{topic: {}}}\n",
                                      broker().servers(), in, in, until_caught_up, out),
                          "test.yaml");
  }
  std::string in, out;
};

TEST_F(TransactionsRefused, OneThatMayNotWriteIsMadeAgainUntilItMay) {
  send(20);
  broker().deny(RD_KAFKA_RESOURCE_TOPIC, out, RD_KAFKA_ACL_OPERATION_WRITE);
  Heard heard;
  Pipeline pipeline{plan(true)};
  pipeline.start();
  EXPECT_TRUE(heard.within(
      15s, "transactions: Kafka at " + broker().servers() + " does not allow Write on topic '" + out + "'"))
      << heard.all();
  EXPECT_TRUE(comes_true(5s, [&] { return !pipeline.ready(); }));
  EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
  EXPECT_EQ(pipeline.stats().sinks[0].submitted, 20u);
  EXPECT_EQ(pipeline.stats().sinks[0].written, 0u);
  EXPECT_EQ(broker().committed(in, in)[0], 0);
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, out);
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended") << heard.all();
  EXPECT_EQ(broker().committed(in, in)[0], 20);
  EXPECT_EQ(broker().read_all(out).size(), 20u);
  EXPECT_EQ(pipeline.stats().sinks[0].written, 20u);
}

TEST_F(TransactionsRefused, AnIdThatMayNotBeUsedIsAskedForAgainUntilItMay) {
  const std::string id = "radflow-" + in + "-one";
  const std::string refused = "transactions: Kafka at " + broker().servers() +
                              " does not allow Write on transactional id '" + id + "'; an ACL has to grant";
  // The transactions are asked for again after 30 s at the latest; so long takes only what was refused for a minute, as
  // when Kafka's program for the rules starts slowly.
  constexpr auto longest = 30s + 10s;
  send(20);
  broker().deny_transactional_id(id);
  {
    Heard heard;
    Pipeline pipeline{plan(false)};
    pipeline.start();
    EXPECT_TRUE(heard.within(20s, refused)) << heard.all();
    std::this_thread::sleep_for(6s);  // Asked for again several times.
    EXPECT_EQ(heard.all().find(refused, heard.all().find(refused) + 1), std::string::npos) << heard.all();
    EXPECT_EQ(heard.all().find("librdkafka"), std::string::npos) << heard.all();
    EXPECT_FALSE(pipeline.ready());
    EXPECT_EQ(pipeline.stats().sinks[0].not_ready,
              "Kafka at " + broker().servers() + " does not allow Write on transactional id '" + id + "'");
    EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
    EXPECT_EQ(broker().committed(in, in)[0], 0);
    broker().allow_transactional_id(id);
    EXPECT_TRUE(comes_true(longest, [&] { return broker().committed(in, in)[0] == 20; })) << heard.all();
    EXPECT_TRUE(comes_true(10s, [&] { return pipeline.ready(); })) << heard.all();
  }
  {  // And while it runs.
    Heard heard;
    Pipeline pipeline{plan(false)};
    pipeline.start();
    EXPECT_TRUE(comes_true(20s, [&] { return pipeline.ready(); })) << heard.all();
    broker().deny_transactional_id(id);
    send(20);
    EXPECT_TRUE(heard.within(20s, refused)) << heard.all();
    EXPECT_FALSE(pipeline.ready());
    EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
    EXPECT_EQ(broker().committed(in, in)[0], 20);
    broker().allow_transactional_id(id);
    EXPECT_TRUE(comes_true(longest, [&] { return broker().committed(in, in)[0] == 40; })) << heard.all();
  }
  EXPECT_EQ(broker().read_all(out).size(), 40u);
}

}  // namespace
}  // namespace radflow
