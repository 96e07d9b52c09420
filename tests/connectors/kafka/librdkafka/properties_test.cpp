#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "connectors/kafka/librdkafka/record_size.hpp"
#include "graph/build.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using testing::AllOf;
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

TEST(KafkaProperties, AProducerThatMayWriteTwiceIsRefused) {
  for (const char* off : {"false", "0"}) {
    const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Sink,
                                   {{"bootstrap.servers", "localhost:1"}, {"enable.idempotence", off}});
    EXPECT_EQ(error.param, "enable.idempotence");
    EXPECT_THAT(error.what(), HasSubstr("written twice"));
  }
  const kafka::Properties on{{"enable.idempotence", "true"}};
  EXPECT_NO_THROW(kafka::make_conf({}, on));
}

TEST(KafkaProperties, WhereAGroupBeginsIsSaidByTheSource) {
  const ParamError error =
      wrong("kafka: {topic: t}", ComponentKind::Source, {{"auto.offset.reset", "error"}});
  EXPECT_EQ(error.param, "auto.offset.reset");
  EXPECT_THAT(error.what(),
              testing::AllOf(HasSubstr("'from: earliest | latest'"), HasSubstr("'on_gap: warn | stop'")));
}

TEST(KafkaProperties, ThatDoNotFitTogetherAreRefusedBeforeAnythingRuns) {
  const ParamError error = wrong("kafka: {topic: t}", ComponentKind::Source,
                                 {{"session.timeout.ms", "60000"}, {"max.poll.interval.ms", "1000"}});
  EXPECT_THAT(error.what(), HasSubstr("max.poll.interval.ms"));
}

// A graph of three Kafka connectors, as `radflow lint` looks at it.
std::string refusal(const std::string& kafka, const std::string& source = "topic: a",
                    const std::string& sink = "topic: b") {
  try {
    check_connectors(load_plan_text("kafka:\n  bootstrap.servers: 127.0.0.1:1\n" + kafka +
                                        "sources:\n  - kafka: {" + source + "}\nsinks:\n  - kafka: {" + sink +
                                        "}\n  - kafka: {topic: c, from: errors}\n",
                                    "g.yaml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(KafkaProperties, AllThatIsWrongIsSaidOnceWhereItStands) {
  EXPECT_EQ(refusal("  linger.ms: 5\n"), "");
  const std::string wrong =
      refusal("  bootstrap.server: x\n  fetch.wait.max.ms: banana\n  enable.auto.commit: true\n", "topic: a",
              "topic: b, linger.ms: soon");
  EXPECT_EQ(std::ranges::count(wrong, '\n'), 3) << wrong;
  EXPECT_THAT(wrong, HasSubstr("g.yaml:3:3: kafka.bootstrap.server: 'bootstrap.server' is not a property"));
  EXPECT_THAT(wrong, HasSubstr("did you mean 'bootstrap.servers'?"));
  EXPECT_THAT(wrong, HasSubstr("g.yaml:4:3: kafka.fetch.wait.max.ms: 'fetch.wait.max.ms: banana': Invalid"));
  EXPECT_THAT(wrong, HasSubstr("g.yaml:5:3: kafka.enable.auto.commit: 'enable.auto.commit' cannot be set"));
  EXPECT_THAT(wrong, HasSubstr("g.yaml:9:23: kafka.linger.ms: 'linger.ms: soon': Invalid"));
}

TEST(KafkaProperties, WhatDoesNotFitTogetherIsSaidWithoutABroker) {
  EXPECT_THAT(refusal("  session.timeout.ms: 60000\n  max.poll.interval.ms: 1000\n"),
              AllOf(HasSubstr("g.yaml:4:3: "), HasSubstr("max.poll.interval.ms")));
  EXPECT_THAT(refusal("  security.protocol: ssl\n  ssl.ca.location: /no/such.pem\n"),
              AllOf(HasSubstr("g.yaml:4:3: "), HasSubstr("ssl.ca.location")));
  EXPECT_EQ(refusal("  security.protocol: sasl_ssl\n  sasl.mechanisms: GSSAPI\n"), "") << "runs no kinit";
}

TEST(KafkaProperties, ThoseWithoutADotStandWhereOthersMay) {
  EXPECT_EQ(refusal("  debug: broker\n", "topic: a, log_level: 6", "topic: b, acks: all"), "");
  EXPECT_THAT(refusal("", "topic: a", "topic: b, acks: some"),
              HasSubstr("g.yaml:6:23: kafka.acks: 'acks: some': Invalid value"));
  EXPECT_THAT(refusal("", "topic: a", "topic: b, acsk: all"),
              HasSubstr("'kafka' has no parameter 'acsk'; did you mean 'acks'?"));
  // What only a program can set is none.
  EXPECT_THAT(refusal("", "topic: a", "topic: b, dr_cb: x"), HasSubstr("'kafka' has no parameter 'dr_cb'"));
  const Plan plan = load_plan_text(
      "kafka: {bootstrap.servers: 'a:1'}\nsources: [kafka: {topic: a}]\n"
      "sinks: [kafka: {topic: b, acks: 1}]\n",
      "g.yaml", {.set = {"sinks.kafka.acks=-1", "sources.kafka.debug=cgrp"}});
  EXPECT_EQ(kafka::property(plan.sinks[0].info.properties, "acks"), "-1");
  EXPECT_EQ(kafka::property(plan.sources[0].info.properties, "debug"), "cgrp");
}

TEST(KafkaProperties, AFileOfCertificatesIsNamedWithWhatIsWrong) {
  const auto said = [](const std::string& key, const std::string& file) {
    return refusal("  security.protocol: ssl\n  " + key + ": " + file + "\n");
  };
  for (const std::string key : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location",
                                "ssl.crl.location", "ssl.keystore.location"})
    EXPECT_EQ(said(key, "/no/such.pem"),
              "g.yaml:4:3: kafka." + key + ": '/no/such.pem' cannot be read: No such file or directory");
  EXPECT_THAT(said("ssl.ca.location", "such.pem"),
              AllOf(HasSubstr("'such.pem' cannot be read: No such file or directory (that is '/"),
                    HasSubstr("paths of librdkafka start at the folder the program is started in")));
  const TemporaryFolder folder;
  const std::string text = folder.path("text.pem");
  std::ofstream{text} << "no certificate\n";
  EXPECT_THAT(said("ssl.ca.location", text),
              HasSubstr("g.yaml:4:3: kafka.ssl.ca.location: '" + text +
                        "' cannot be used; expected certificates to trust, in PEM"));
  EXPECT_THAT(said("ssl.certificate.location", text), HasSubstr("expected the certificate of this client"));
  EXPECT_THAT(said("ssl.key.location", text),
              HasSubstr("'" + text + "' cannot be used; expected the private key"));
  // All at once.
  const std::string both =
      refusal("  security.protocol: sasl_ssl\n  ssl.ca.location: /no/a.pem\n  ssl.key.location: /no/b.pem\n");
  EXPECT_THAT(both, AllOf(HasSubstr("g.yaml:4:3: "), HasSubstr("g.yaml:5:3: ")));
  // Without TLS nothing opens them.
  EXPECT_EQ(refusal("  ssl.ca.location: /no/such.pem\n"), "");
}

TEST(KafkaProperties, AMissingBrokerIsSaidOnceAndNotWhereItsNameIsMisspelt) {
  const auto wrong = [](const std::string& kafka) -> std::string {
    try {
      check_connectors(
          load_plan_text(kafka + "sources: [kafka: {topic: a}]\nsinks: [kafka: {topic: b}]\n", "g.yaml"));
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(
      wrong("kafka:\n  client.id: x\n"),
      "g.yaml:1:1: kafka.bootstrap.servers: no broker is named: set 'bootstrap.servers: HOST:PORT' under "
      "'kafka:'");
  EXPECT_THAT(wrong("kafka:\n  bootstrap.server: x\n"), Not(HasSubstr("no broker")));
  unsetenv("RADFLOW_TEST_UNSET");
  EXPECT_EQ(wrong("kafka:\n  bootstrap.servers: ${RADFLOW_TEST_UNSET}\n  linger.ms: ${RADFLOW_TEST_UNSET}\n"),
            "g.yaml:2:22: environment variable RADFLOW_TEST_UNSET is not set; set it or write "
            "${RADFLOW_TEST_UNSET:-default}\n"
            "g.yaml:3:14: environment variable RADFLOW_TEST_UNSET is not set; set it or write "
            "${RADFLOW_TEST_UNSET:-default}");
}

TEST(KafkaProperties, TheOtherParametersAreCheckedToo) {
  EXPECT_THAT(refusal("", "topic: a, skip: ['a:0']"), HasSubstr("g.yaml:4:29: kafka.skip: 'a:0' is not"));
  EXPECT_THAT(refusal("", "topic: a, claim_check: {allow: ['ftp://x/']}"), HasSubstr("claim_check.allow"));
}

TEST(KafkaTopic, HasANameByKafkasRule) {
  for (const std::string& good : {std::string{"a.B-9_"}, std::string(249, 'x'), std::string{"..."}})
    EXPECT_NO_THROW(kafka::check_topic(good, "topic")) << good;
  for (const std::string& bad :
       {std::string{"bad topic!"}, std::string{}, std::string{"."}, std::string{".."}, std::string(250, 'x')})
    EXPECT_THROW(kafka::check_topic(bad, "topic"), ParamError) << bad;
  EXPECT_THAT(refusal("", "topic: 'bad topic!'", "topic: b/c"),
              AllOf(HasSubstr("g.yaml:4:20: kafka.topic: 'bad topic!' is no name of a topic"),
                    HasSubstr("g.yaml:6:20: kafka.topic: 'b/c' is no name of a topic")));
  EXPECT_THAT(refusal("", "topics: [a, b c]"), HasSubstr("kafka.topics: 'b c' is no name"));
  EXPECT_EQ(refusal("", "topics: ['^frames-.*$']"), "") << "a pattern";
  const kafka::Properties nowhere{{"bootstrap.servers", "127.0.0.1:1"}};
  EXPECT_THROW(kafka::Producer("bad topic!", nowhere, "send"), ParamError);
  EXPECT_THROW(kafka::TopicReader("bad topic!", nowhere, kafka::TopicReader::From::End), ParamError);
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
  // Java's property: librdkafka refuses it and repeats its value, which holds the password.
  const ParamError jaas = wrong("kafka: {topic: t}", ComponentKind::Sink, {{"sasl.jaas.config", "hunter2"}});
  EXPECT_EQ(jaas.param, "sasl.jaas.config");
  EXPECT_THAT(jaas.what(), ::testing::AllOf(HasSubstr("***"), Not(HasSubstr("hunter2"))));
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
