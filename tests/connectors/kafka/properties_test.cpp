#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/kafka/properties.hpp"
#include "connectors/kafka/record_size.hpp"
#include "tests/connectors/build.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using testing::Not;

ParamError wrong(const std::string& yaml, ComponentKind kind, kafka::Properties properties) {
  BuildInfo info{.graph = "test", .name = "test"};
  properties.emplace(properties.begin(), "bootstrap.servers", "127.0.0.1:1");
  info.properties = std::move(properties);
  try {
    if (kind == ComponentKind::Source)
      make_source(yaml, info);
    else
      make_sink(yaml, info);
  } catch (const ParamError& error) {
    return error;
  }
  return {"", "no error"};
}

TEST(KafkaProperties, AnUnknownOneIsNamedWithTheNearest) {
  const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Source, {{"fetch.wait.max.sm", "5"}});
  EXPECT_EQ(error.param, "fetch.wait.max.sm");
  EXPECT_THAT(error.what(), HasSubstr("did you mean 'fetch.wait.max.ms'?"));
}

TEST(KafkaProperties, AWrongValueIsExplainedByLibrdkafka) {
  const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Sink, {{"linger.ms", "soon"}});
  EXPECT_EQ(error.param, "linger.ms");
  EXPECT_THAT(error.what(), HasSubstr("'linger.ms: soon': Invalid value"));
}

TEST(KafkaProperties, WhatRadflowOwnsIsRefused) {
  for (const char* owned : {"enable.auto.commit", "enable.auto.offset.store", "transactional.id"}) {
    const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Sink, {{owned, "true"}});
    EXPECT_EQ(error.param, owned);
    EXPECT_THAT(error.what(), HasSubstr("cannot be set"));
  }
}

TEST(KafkaProperties, ThatDoNotFitTogetherAreRefusedBeforeAnythingRuns) {
  const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Source,
                                 {{"session.timeout.ms", "60000"}, {"max.poll.interval.ms", "1000"}});
  EXPECT_THAT(error.what(), HasSubstr("max.poll.interval.ms"));
}

TEST(KafkaProperties, LaterOnesWin) {
  EXPECT_EQ(kafka::property({{"a", "1"}, {"b", "2"}, {"a", "3"}}, "a"), "3");
  EXPECT_EQ(kafka::property({}, "a", "otherwise"), "otherwise");
  const auto conf =
      kafka::make_conf({{"client.id", "default"}}, {{"client.id", "shared"}, {"client.id", "own"}});
  char value[16];
  std::size_t size = sizeof value;
  rd_kafka_conf_get(conf.get(), "client.id", value, &size);
  EXPECT_STREQ(value, "own");
}

TEST(KafkaProperties, SecretsStayOutOfMessages) {
  EXPECT_TRUE(kafka::is_secret("sasl.password"));
  EXPECT_TRUE(kafka::is_secret("ssl.key.pem"));
  EXPECT_FALSE(kafka::is_secret("sasl.username"));
  const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Sink, {{"ssl.key.pem", "hunter2"}});
  EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
}

TEST(KafkaSource, NeedsATopicAndABroker) {
  EXPECT_EQ(wrong("kafka: {}", ComponentKind::Source, {}).param, "topic");
  BuildInfo info{.graph = "test", .name = "test"};
  EXPECT_THROW(make_source("kafka: {topic: t}", info), ParamError);
}

// By hand: header 61; length 1; attributes, timestamp and offset 1 each; no key 1; value 1 + 3; header
// count 1.
TEST(KafkaRecordSize, IsThatOfABatchOfOne) {
  Record record{Bytes::of("abc")};
  EXPECT_EQ(kafka::batch_bytes(record), 61 + 1 + 3 + 1 + 4 + 1);
  record.key = "k";
  EXPECT_EQ(kafka::batch_bytes(record), 61 + 1 + 3 + 2 + 4 + 1);
  record.headers = {{"n", "vv"}};
  EXPECT_EQ(kafka::batch_bytes(record), 61 + 1 + 3 + 2 + 4 + 1 + 2 + 3);
  record.value =
      Bytes::of(std::string(64, 'x'));  // zigzag: 64 takes two bytes, and so does the body's length
  EXPECT_EQ(kafka::batch_bytes(record), 61 + 2 + 3 + 2 + 66 + 1 + 2 + 3);
}

}  // namespace
}  // namespace radflow
