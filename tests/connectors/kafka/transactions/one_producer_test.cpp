// What sinks of a graph with exactly_once must have in common is found before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/build.hpp"

namespace radflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::string& delivery, const std::string& sink, const std::string& letters) {
  try {
    check_connectors(load_plan_text("kafka: {bootstrap.servers: 'a:1'}\ndelivery: " + delivery +
                                        "\nsources:\n  - kafka: {topic: a}\nsinks:\n  - kafka: {topic: b" +
                                        sink + "}\n  - kafka: {topic: c, from: errors" + letters + "}\n",
                                    "g.yaml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(KafkaOneProducer, PropertiesThatDifferAreRefusedWhereTheyStand) {
  EXPECT_EQ(refusal("exactly_once", ", linger.ms: 5", ", linger.ms: 5"), "");
  EXPECT_EQ(refusal("at_least_once", ", linger.ms: 5", ", linger.ms: 6"), "");
  EXPECT_EQ(refusal("exactly_once", ", linger.ms: 5", ", linger.ms: 6"),
            "g.yaml:7:37: kafka.linger.ms: the sinks of a graph with exactly_once share one producer: "
            "'linger.ms' is the same for all of them; set it under `kafka:`");
  EXPECT_THAT(refusal("exactly_once", ", compression.codec: zstd", ""),
              HasSubstr("kafka.compression.codec: "));
}

TEST(KafkaOneProducer, SoIsAnotherCluster) {
  EXPECT_THAT(refusal("exactly_once", ", bootstrap.servers: 'b:1'", ""),
              AllOf(HasSubstr("g.yaml:6:23: "), HasSubstr("reads and writes one cluster")));
  EXPECT_EQ(refusal("at_least_once", ", bootstrap.servers: 'b:1'", ""), "");
}

TEST(KafkaOneProducer, TheBrokersAreComparedUnderBothNamesOfTheProperty) {
  const std::string other = ", metadata.broker.list: 'b:1'", same = ", metadata.broker.list: 'a:1'";
  EXPECT_THAT(refusal("exactly_once", other, other), HasSubstr("reads and writes one cluster"));
  EXPECT_EQ(refusal("exactly_once", same, same), "");
  EXPECT_EQ(refusal("exactly_once", same, ""), "");
}

}  // namespace
}  // namespace radflow
