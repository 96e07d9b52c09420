// A sink is ready only while what it is given can be written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/pipeline.hpp"
#include "tests/comes_true.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/sent.hpp"
#include "tests/integration/topic_changes.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KafkaSinkReady : public OnRealBroker {
 protected:
  std::unique_ptr<Sink> sink(const std::string& topic) const {
    return make_sink(
        "kafka: {topic: " + topic + "}",
        BuildInfo{
            .graph = "test", .name = "test", .properties = {{"bootstrap.servers", broker().servers()}}});
  }
  // Exactly once, over 20 frames in a topic of their own.
  Plan plan(const std::string& out) {
    in = broker().make_topic("in");
    std::vector<Record> records;
    for (int i = 0; i < 20; ++i)
      records.push_back({Bytes::of(std::string(64, static_cast<char>(i))), "key", raw_headers(8)});
    broker().produce(in, records);
    return load_plan_text(fmt::format("graph: test\ndelivery: exactly_once\n"
                                      "kafka: {{bootstrap.servers: '{}', group.instance.id: one}}\n"
                                      "sources:\n  - kafka: {{topic: {}, group: {}}}\n"
                                      "nodes: [decode, histogram]\nsinks:\n  - kafka: {{topic: {}}}\n",
                                      broker().servers(), in, in, out),
                          "test.yaml");
  }
  bool all_written(const std::string& out, std::size_t records = 20) const {
    return comes_true(40s, [&] { return broker().committed(in, in)[0] == 20; }) &&
           broker().read_all(out).size() == records;
  }
  std::string in;
  Heard heard;
};

TEST_F(KafkaSinkReady, ATopicThatIsDeletedIsNoticedThoughNothingIsWritten) {
  const std::string topic = broker().make_topic("idle");
  const auto idle = sink(topic);
  ASSERT_TRUE(comes_true(20s, [&] { return idle->ready(); }));
  broker().delete_topic(topic);
  EXPECT_TRUE(comes_true(15s, [&] { return !idle->ready(); }));
  EXPECT_EQ(idle->not_ready(), "topic '" + topic + "' does not exist");
  EXPECT_TRUE(heard.within(10s, "topic '" + topic + "' does not exist")) << heard.all();
  broker().make_topic_named(topic);
  EXPECT_TRUE(comes_true(15s, [&] { return idle->ready(); }));
}

TEST_F(KafkaSinkReady, TransactionsWaitForATopicThatIsMissing) {
  const std::string topic = RealBroker::topic_name("made-later");
  Pipeline pipeline{plan(topic)};
  pipeline.start();
  EXPECT_TRUE(heard.within(20s, "transactions: topic '" + topic + "' does not exist")) << heard.all();
  EXPECT_FALSE(comes_true(3s, [&] { return pipeline.ready(); })) << "connected, but nothing can be written";
  EXPECT_EQ(pipeline.stats().sinks[0].not_ready, "topic '" + topic + "' does not exist");
  EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
  broker().make_topic_named(topic);
  EXPECT_TRUE(all_written(topic)) << heard.all();
  EXPECT_TRUE(comes_true(20s, [&] { return pipeline.ready(); })) << heard.all();
}

// Two brokers of which one goes: the other answers and leads the topic, but it takes nothing, because fewer replicas
// are in step than min.insync.replicas asks for. librdkafka tries again without a word.
class TooFewReplicas : public KafkaSinkReady {
 protected:
  void SetUp() override {
    if (!RealBroker::why_none_of_own().empty()) GTEST_SKIP() << RealBroker::why_none_of_own();
    const std::vector<std::string> settings{"default.replication.factor=2"};
    first = RealBroker::another({.settings = settings});
    make_internal_topics();
    second = RealBroker::another({.settings = settings, .joins = first.get()});
    use(*first);
    ASSERT_TRUE(comes_true(30s, [&] {
      try {
        topic = first->make_topic("too-few", 1, {{"min.insync.replicas", "2"}});
        return true;
      } catch (const std::runtime_error&) {  // the second one is not there yet
        return false;
      }
    }));
    first->produce(topic, {Record{Bytes::of("both take it")}});
  }
  // While there is one broker alone: the coordinators stay when the other goes.
  void make_internal_topics() {
    const auto client = topic_changes::make_client(
        RD_KAFKA_PRODUCER, {{"bootstrap.servers", first->servers()}, {"transactional.id", "first"}});
    topic_changes::check(rd_kafka_init_transactions(client.get(), 30'000));
    first->members("none");
  }
  const std::string too_few = "partition 0 has 1 replica in step, and min.insync.replicas asks for 2";
  std::unique_ptr<RealBroker> first, second;  // the second one ends first
  std::string topic;
};

TEST_F(TooFewReplicas, ASinkThatHoldsItsOutputsBackIsNotReady) {
  const auto held = sink(topic);
  ASSERT_TRUE(comes_true(20s, [&] { return held->ready(); }));
  second->stop();
  ASSERT_TRUE(comes_true(20s, [&] { return held->ready(); })) << "there is a leader, and nothing to write";
  Sent sent{*held};
  sent.submit(0, 10);
  EXPECT_TRUE(comes_true(15s, [&] { return !held->ready(); })) << heard.all();
  EXPECT_THAT(held->not_ready(), HasSubstr("topic '" + topic + "' has taken none of 10 outputs for "));
  EXPECT_THAT(held->not_ready(), HasSubstr(too_few));
  EXPECT_EQ(sent.acknowledged, 0);
  first->set_topic_config(topic, {{"min.insync.replicas", "1"}});
  EXPECT_TRUE(comes_true(30s, [&] { return sent.acknowledged == 10; })) << heard.all();
  EXPECT_TRUE(comes_true(10s, [&] { return held->ready(); })) << heard.all();
  EXPECT_EQ(first->read_all(topic).size(), 11u);
}

TEST_F(TooFewReplicas, TransactionsThatHoldTheirOutputsBackAreNotReady) {
  Pipeline pipeline{plan(topic)};
  second->stop();
  pipeline.start();
  EXPECT_TRUE(comes_true(30s, [&] { return pipeline.stats().sinks[0].submitted == 20; })) << heard.all();
  const auto says = [&](const char* words) {
    return pipeline.stats().sinks[0].not_ready.find(words) != std::string::npos;
  };
  // Before the first statistics it is not ready for another reason.
  EXPECT_TRUE(comes_true(30s, [&] { return says("transactions are tried again: "); })) << heard.all();
  EXPECT_FALSE(comes_true(3s, [&] { return pipeline.ready(); })) << heard.all();
  EXPECT_THAT(pipeline.stats().sinks[0].not_ready, HasSubstr("transactions are tried again: "));
  EXPECT_THAT(pipeline.stats().sinks[0].not_ready, HasSubstr(too_few));
  first->set_topic_config(topic, {{"min.insync.replicas", "1"}});
  EXPECT_TRUE(all_written(topic, 21)) << heard.all();
  EXPECT_TRUE(comes_true(20s, [&] { return pipeline.ready(); })) << heard.all();
}

}  // namespace
}  // namespace radflow
