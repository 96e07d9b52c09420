// One cluster under two names: a graph that reads what it writes there is refused by the brokers' own word, before
// it reads a record. No list of addresses tells.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KafkaLoop : public OnRealBroker {
 protected:
  void SetUp() override {
    OnRealBroker::SetUp();
    if (!IsSkipped()) fill(broker());
  }
  void fill(RealBroker& at) {
    topic = at.make_topic("loop");
    at.produce(topic, std::vector<Record>(6, Record{Bytes::of(std::string(64, 'x')), "key", raw_headers(8)}));
  }
  // 127.1 is 127.0.0.1, as far as the resolver knows.
  static std::string other_name(const RealBroker& at) {
    return "127.1" + at.servers().substr(at.servers().find(':'));
  }
  std::unique_ptr<Process> run(const std::string& source, const std::string& sinks,
                               const std::string& servers) const {
    folder.write(
        "graph.yaml",
        fmt::format("graph: loop\nhttp: {{listen: 127.0.0.1:0}}\nkafka: {{bootstrap.servers: '{}'}}\n"
                    "sources:\n  - kafka: {{{}, group: {}}}\nnodes: [decode, histogram]\nsinks:\n{}",
                    servers, source, topic, sinks));
    return std::make_unique<Process>(
        std::vector<std::string>{radflow_program, "run", folder.path("graph.yaml")}, folder.path("log"));
  }
  std::string same(const std::string& what, const RealBroker& at) const {
    return fmt::format(
        "the graph would read what it writes, without end: {} on the same brokers ({} and {} are one "
        "cluster, '",
        what, at.servers(), other_name(at));
  }
  void expect_nothing_was_read(RealBroker& at) const {
    EXPECT_EQ(at.ends(topic)[0], 6);
    EXPECT_TRUE(at.committed(topic, topic).empty());
  }

  TemporaryFolder folder;
  std::string topic;
};

TEST_F(KafkaLoop, ThroughAnotherNameOfTheClusterIsRefusedBeforeTheFirstRecord) {
  const std::string elsewhere = ", bootstrap.servers: '" + other_name(broker()) + "'}\n";
  const auto process = run("topic: " + topic, "  - kafka: {topic: " + topic + elsewhere, broker().servers());
  ASSERT_EQ(process->wait(20s), 1) << process->said();
  EXPECT_THAT(process->said(),
              HasSubstr(same(fmt::format("the source 'kafka' reads '{0}'", topic), broker())));
  expect_nothing_was_read(broker());
}

TEST_F(KafkaLoop, SoAreDeadLettersThatAPatternMatches) {
  const std::string elsewhere = ", bootstrap.servers: '" + other_name(broker()) + "'}\n";
  const auto process = run("topic: '^" + topic + "'",
                           "  - ndjson: {path: results.ndjson}\n  - kafka: {topic: " + topic + "-dead" +
                               elsewhere + "    from: errors\n",
                           broker().servers());
  ASSERT_EQ(process->wait(20s), 1) << process->said();
  EXPECT_THAT(
      process->said(),
      HasSubstr(
          same(fmt::format("the pattern '^{0}' of the source 'kafka' matches '{0}-dead'", topic), broker())));
  EXPECT_THAT(process->said(), HasSubstr(fmt::format("`topic.blacklist: '^{}-dead$'`", topic)));
  expect_nothing_was_read(broker());
}

TEST_F(KafkaLoop, IsRefusedOnceABrokerThatWasAwayAtTheStartAnswers) {
  if (const std::string why = RealBroker::why_none_of_own(); !why.empty()) GTEST_SKIP() << why;
  const auto away = RealBroker::another({});
  fill(*away);
  away->stop();
  const auto process = run(
      "topic: " + topic,
      "  - kafka: {topic: " + topic + ", bootstrap.servers: '" + other_name(*away) + "'}\n", away->servers());
  ASSERT_TRUE(
      comes_true(20s, [&] { return process->said().find("cannot reach Kafka") != std::string::npos; }));
  EXPECT_EQ(process->exited(), std::nullopt);
  away->start();
  ASSERT_EQ(process->wait(40s), 1) << process->said();
  EXPECT_THAT(process->said(), HasSubstr("without end: the source 'kafka' reads"));
  expect_nothing_was_read(*away);
}

// The topic of the same name on another cluster is another topic; one that is away does not keep the source from
// reading.
TEST_F(KafkaLoop, AnotherClusterIsNoneAndOneThatIsAwayIsNotWaitedFor) {
  if (const std::string why = RealBroker::why_none_of_own(); !why.empty()) GTEST_SKIP() << why;
  const auto other = RealBroker::another({});
  other->make_topic_named(topic);
  other->stop();
  const auto process = run(
      "topic: " + topic, "  - kafka: {topic: " + topic + ", bootstrap.servers: '" + other->servers() + "'}\n",
      broker().servers());
  EXPECT_TRUE(comes_true(20s, [&] { return process->said().find("takes 1 partition") != std::string::npos; }))
      << process->said();
  other->start();
  EXPECT_TRUE(comes_true(40s, [&] { return broker().committed(topic, topic)[0] == 6; })) << process->said();
  EXPECT_EQ(other->ends(topic)[0], 6);
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(20s), 0) << process->said();
}

}  // namespace
}  // namespace radflow
