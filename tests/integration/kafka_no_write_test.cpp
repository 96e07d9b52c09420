// Clients that may write nothing at all: said once, tried again ever more seldom, and going on by itself when
// it is allowed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "connectors/kafka/librdkafka/properties.hpp"
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

class KafkaNoWrite : public WithRules {
 protected:
  void TearDown() override {
    if (!IsSkipped()) broker().allow_all_writing();
  }

  // Of all clients that this process ever made: librdkafka numbers them. Each one connects, and logs in, anew.
  int clients() const {
    const auto client =
        topic_changes::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", broker().servers()}});
    const std::string name = rd_kafka_name(client.get());  // rdkafka#producer-17
    int number = 0;
    const char* digits = name.data() + name.rfind('-') + 1;
    EXPECT_EQ(std::from_chars(digits, name.data() + name.size(), number).ec, std::errc{}) << name;
    return number;
  }

  std::string refusal(const std::string& topic) const {
    return "Kafka at " + broker().servers() + " does not allow Write on topic '" + topic +
           "': it gives no producer id";
  }

  static std::ptrdiff_t lines(const std::string& all) { return std::ranges::count(all, '\n'); }

  // `said` is the line that names the permission.
  static void expect_once(const std::string& all, const std::string& said) {
    const std::size_t at = all.find(said);
    ASSERT_NE(at, std::string::npos) << all;
    EXPECT_EQ(all.find(said, at + 1), std::string::npos) << all;
  }
};

TEST_F(KafkaNoWrite, ASinkNamesThePermissionOnceAndGoesOnWhenItHasIt) {
  const std::string topic = broker().make_topic("forbidden");
  broker().deny_all_writing();
  Heard heard;
  const int before = clients();
  const auto sink = make_sink(
      "kafka: {topic: " + topic + "}",
      BuildInfo{.graph = "test", .name = "test", .properties = {{"bootstrap.servers", broker().servers()}}});
  Sent sent{*sink};
  sent.submit(0, 50);
  const std::string said =
      "sink test: Kafka at " + broker().servers() + " does not allow Write on topic '" + topic + "'";
  EXPECT_TRUE(heard.within(10s, said)) << heard.all();
  std::this_thread::sleep_for(8s);
  expect_once(heard.all(), said);
  EXPECT_THAT(heard.all(), HasSubstr("IdempotentWrite"));
  EXPECT_LE(lines(heard.all()), 2) << heard.all();
  EXPECT_LE(clients() - before, 8)
      << "one at the start, then after 0.5, 1, 2 and 4 s; and the one that counts";
  EXPECT_FALSE(sink->ready());
  EXPECT_EQ(sink->not_ready(), refusal(topic));
  EXPECT_EQ(sent.acknowledged, 0);

  broker().allow_all_writing();
  EXPECT_TRUE(comes_true(40s, [&] { return sent.acknowledged == 50; })) << heard.all();
  EXPECT_TRUE(comes_true(10s, [&] { return sink->ready(); })) << heard.all();
  const auto results = broker().read_all(topic);
  ASSERT_EQ(results.size(), 50u);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].value.text(), std::to_string(i));
}

// Nothing is delivered that could show that it works.
TEST_F(KafkaNoWrite, ASinkThatHasNothingToWriteIsReadyWhenItMay) {
  const std::string topic = broker().make_topic("forbidden");
  broker().deny_all_writing();
  Heard heard;
  const auto sink = make_sink(
      "kafka: {topic: " + topic + "}",
      BuildInfo{.graph = "test", .name = "test", .properties = {{"bootstrap.servers", broker().servers()}}});
  EXPECT_TRUE(heard.within(10s, "does not allow Write on topic '" + topic + "'")) << heard.all();
  EXPECT_FALSE(comes_true(3s, [&] { return sink->ready(); })) << heard.all();
  EXPECT_EQ(sink->not_ready(), refusal(topic));
  broker().allow_all_writing();
  EXPECT_TRUE(comes_true(20s, [&] { return sink->ready(); })) << heard.all();
}

TEST_F(KafkaNoWrite, TransactionsNameThePermissionOnceAndGoOnWhenTheyHaveIt) {
  const std::string in = broker().make_topic("in"), out = broker().make_topic("forbidden");
  std::vector<Record> records;
  for (int i = 0; i < 20; ++i)
    records.push_back({Bytes::of(std::string(64, static_cast<char>(i))), "key", raw_headers(8)});
  broker().produce(in, records);
  broker().deny_all_writing();
  Heard heard;
  const int before = clients();
  Pipeline pipeline{
      load_plan_text(fmt::format("graph: test\ndelivery: exactly_once\n"
                                 "kafka: {{bootstrap.servers: '{}', group.instance.id: one}}\n"
                                 "sources:\n  - kafka: {{topic: {}, group: {}, until_caught_up: true}}\n"
                                 "nodes: [decode, histogram]\nsinks:\n  - kafka: {{topic: {}}}\n",
                                 broker().servers(), in, in, out),
                     "test.yaml")};
  pipeline.start();
  const std::string said =
      "transactions: Kafka at " + broker().servers() + " does not allow Write on topic '" + out + "'";
  EXPECT_TRUE(heard.within(15s, said)) << heard.all();
  const auto lines_before = lines(heard.all());
  std::this_thread::sleep_for(8s);
  expect_once(heard.all(), said);
  EXPECT_LE(lines(heard.all()) - lines_before, 2) << heard.all();
  EXPECT_LE(clients() - before, 5) << "the graph's source and its producer, and the one that counts";
  EXPECT_FALSE(pipeline.ready());
  EXPECT_THAT(pipeline.stats().sinks[0].not_ready, HasSubstr("does not allow Write on topic '" + out + "'"));
  EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
  EXPECT_EQ(broker().committed(in, in)[0], 0);

  broker().allow_all_writing();
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended") << heard.all();
  EXPECT_EQ(broker().committed(in, in)[0], 20);
  EXPECT_EQ(broker().read_all(out).size(), 20u);
}

}  // namespace
}  // namespace radflow
