// A graph that reads what it writes is refused, by `lint` and by `run`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/stand_in.hpp"
#include "graph/build.hpp"
#include "graph/pipeline.hpp"

namespace radflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Plan graph(const std::string& source, const std::string& sink, const Overrides& overrides = {}) {
  return load_plan_text("kafka:\n  bootstrap.servers: 127.0.0.1:1\nsources:\n  - kafka: {" + source +
                            "}\nsinks:\n  - kafka: {" + sink +
                            "}\n  - kafka: {topic: bad.letters, from: errors}\n",
                        "g.yaml", overrides);
}

std::string refusal(const std::string& source, const std::string& sink, const Overrides& overrides = {}) {
  try {
    check_connectors(graph(source, sink, overrides));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(KafkaLoop, ATopicThatIsReadAndWrittenIsRefused) {
  EXPECT_EQ(refusal("topic: a", "topic: b"), "");
  EXPECT_EQ(refusal("topic: a", "topic: a"),
            "g.yaml:6:20: kafka.topic: the graph would read what it writes, without end: the source 'kafka' "
            "reads 'a' on the same brokers; write to another topic");
  EXPECT_THAT(refusal("topics: [c, a]", "topic: a"), HasSubstr("reads 'a'"));
}

TEST(KafkaTopics, APatternThatIsNoRegularExpressionIsRefused) {
  EXPECT_EQ(refusal("topics: ['^scans[.](ct|mr)$']", "topic: b"), "");
  EXPECT_THAT(refusal("topics: [a, '^scans(']", "topic: b"),
              AllOf(HasSubstr("g.yaml:4:"), HasSubstr("kafka.topics: '^scans(' is no regular expression")));
  EXPECT_THAT(refusal("topic: '^scans['", "topic: b"),
              HasSubstr("kafka.topic: '^scans[' is no regular expression (POSIX, extended): "));
}

TEST(KafkaTopics, APatternOfTheBlacklistIsToo) {
  EXPECT_EQ(refusal("topics: ['^.*'], topic.blacklist: '^b$,^bad[.]letters$'", "topic: b"), "");
  EXPECT_THAT(refusal("topics: ['^.*'], topic.blacklist: '^b$,^bad[.letters$'", "topic: b"),
              AllOf(HasSubstr("g.yaml:4:30: kafka.topic.blacklist: "), HasSubstr("^bad[.letters$"),
                    HasSubstr("Unmatched ["), Not(HasSubstr("without end"))));
}

TEST(KafkaLoop, SoAreItsDeadLetters) {
  EXPECT_THAT(refusal("topic: bad.letters", "topic: b"),
              AllOf(HasSubstr("g.yaml:7:20: errors.topic: "), HasSubstr("reads 'bad.letters'")));
}

TEST(KafkaLoop, APatternMatchesAsLibrdkafkaDoesAndTheBlacklistIsTheWayOut) {
  const std::string wrong = refusal("topics: ['^(a|bad.+)']", "topic: b");
  EXPECT_THAT(wrong, AllOf(HasSubstr("errors.topic: "), HasSubstr("the pattern '^(a|bad.+)'"),
                           HasSubstr(R"(`topic.blacklist: '^bad\.letters$'`)")));
  EXPECT_EQ(refusal(R"(topics: ['^(a|bad.+)'], topic.blacklist: '^bad\.letters$')", "topic: b"), "");
  EXPECT_EQ(refusal(R"(topics: ['^.'], topic.blacklist: '^b$,^bad\.')", "topic: b"), "");
  EXPECT_THAT(refusal("topics: ['^.'], topic.blacklist: '^bad'", "topic: b"), HasSubstr("matches 'b'"));
  EXPECT_EQ(refusal("topics: ['^a$']", "topic: ab"), "");
}

TEST(KafkaLoop, OtherBrokersAreOtherTopics) {
  EXPECT_EQ(refusal("topic: a", "topic: a, bootstrap.servers: 'elsewhere:1'"), "");
  EXPECT_EQ(refusal("topic: a", "topic: a, metadata.broker.list: 'elsewhere:1'"), "");
  EXPECT_NE(refusal("topic: a", "topic: a, bootstrap.servers: 'elsewhere:1, SSL://LocalHost:1'"), "");
  EXPECT_NE(refusal("topic: a, bootstrap.servers: b", "topic: a, bootstrap.servers: 'b:9092'"), "");
}

TEST(KafkaLoop, WhatIsSetOnTheCommandLineCounts) {
  EXPECT_NE(refusal("topic: a", "topic: b", {.set = {"sources.kafka.topic=b"}}), "");
  EXPECT_EQ(refusal("topic: a", "topic: a", {.set = {"sources.kafka.topic=b"}}), "");
  EXPECT_EQ(refusal("topic: a", "topic: a", {.source = files_at(".")}), "");
}

TEST(KafkaLoop, RunRefusesItToo) { EXPECT_THROW(Pipeline{graph("topic: a", "topic: a")}, ConfigError); }

}  // namespace
}  // namespace radflow
