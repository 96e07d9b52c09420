// delivery: exactly_once on a real broker: what a read_committed reader sees of graphs that share partitions, stop, and
// are told of records that cannot be processed.
#include <gmock/gmock.h>

#include "tests/integration/exactly_once.hpp"

namespace radflow::exactly_once {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(ExactlyOnce, ProducesAndCommitsTogether) {
  make_topics(3);
  broker().produce(in, numbered(1000));
  ASSERT_TRUE(run()) << failure;
  traced().expect(1000);
  EXPECT_EQ(committed(), 1000);
  // And goes on where it ended.
  broker().produce(in, numbered(100));
  ASSERT_TRUE(run()) << failure;
  traced().expect(1100);
  EXPECT_EQ(committed(), 1100);
}

TEST_F(ExactlyOnce, ADeadLetterIsPartOfItsRecordsTransaction) {
  in = broker().make_topic("in");
  out = broker().make_topic("out", 1, {{"max.message.bytes", "50000"}});
  errors = broker().make_topic("errors");
  std::vector<Record> records = numbered(10);
  records[3].value = Bytes::of("bad");
  records[7].value = Bytes::of("huge");
  broker().produce(in, records);
  ASSERT_TRUE(run()) << failure;
  traced().expect(8);
  EXPECT_EQ(committed(), 10);
  const auto letters = broker().read_all(errors);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].header("radflow-error-reason"), "bad_value");
  EXPECT_EQ(letters[1].header("radflow-error-reason"), "too_large");
  EXPECT_EQ(letters[1].value.text(), "huge");
}

TEST_F(ExactlyOnce, BatchesStayBelowASmallLimit) {
  in = broker().make_topic("in");
  out = broker().make_topic("out", 1, {{"max.message.bytes", "600"}});
  errors = broker().make_topic("errors");
  broker().produce(in, numbered(500));
  EXPECT_TRUE(run()) << failure;
  traced().expect(500);
  EXPECT_TRUE(broker().read_all(errors).empty());
}

TEST_F(ExactlyOnce, IsNotCommittedPastARecordThatStopsTheGraph) {
  make_topics();
  std::vector<Record> records = numbered(600);
  records[500].value = Bytes::of("bad");
  broker().produce(in, records);
  EXPECT_FALSE(run(false));
  EXPECT_THAT(failure, HasSubstr(in + ":0:500: as the test wants"));
  const std::int64_t before = committed();
  EXPECT_LE(before, 500);
  traced().expect(static_cast<std::size_t>(before));
  // With a sink for such records it goes on.
  ASSERT_TRUE(run()) << failure;
  traced().expect(599);
  EXPECT_EQ(committed(), 600);
  EXPECT_EQ(broker().read_all(errors).size(), 1u);
}

TEST_F(ExactlyOnce, MembersComeAndGoWithWorkInFlight) {
  make_topics(6);
  broker().produce(in, numbered(6000));
  const auto first = pipeline(false);
  first->start();
  ASSERT_TRUE(eventually([&] { return committed() > 500; }));
  {
    const auto second = pipeline(false);
    second->start();
    ASSERT_TRUE(eventually([&] { return second->stats().records_delivered > 300; })) << committed();
    second->stop();
    EXPECT_TRUE(second->wait());
  }
  broker().produce(in, numbered(600));
  ASSERT_TRUE(eventually([&] { return committed() == 6600; })) << committed();
  first->stop();
  EXPECT_TRUE(first->wait());
  traced().expect(6600);
}

TEST_F(ExactlyOnce, ABrokerThatGoesAwayInMidTransactionHoldsTheFrontierAndCostsNothing) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  make_topics(2);
  broker().produce(in, numbered(3000));
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() > 300; }));
  broker().kill();
  // What no transaction has committed is not done, however long its results have been waiting.
  Stall stall;
  EXPECT_TRUE(eventually(
      [&] {
        const auto stalls = graph->stats().stalls;
        if (!stalls.empty()) stall = stalls[0];
        return !stalls.empty() && stall.node == "kafka";
      },
      15s))
      << stall.where;
  EXPECT_THAT(stall.where, HasSubstr("its transaction"));
  broker().start();
  EXPECT_TRUE(eventually([&] { return committed() == 3000; })) << committed();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(3000);
}

TEST_F(ExactlyOnce, SinksShareOneProducer) {
  make_topics();
  const auto wrong = [&](const std::string& sink) {
    try {
      Pipeline{
          load_plan_text(connectors("") + "  - kafka: {topic: x, " + sink + "}\n    name: x\n", "test.yaml")};
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_THAT(wrong("compression.codec: zstd"),
              HasSubstr("test.yaml:11:23: kafka.compression.codec: the sinks of a graph with exactly_once "
                        "share one producer"));
  EXPECT_THAT(wrong("bootstrap.servers: 'localhost:1'"), HasSubstr("reads and writes one cluster"));
}

}  // namespace
}  // namespace radflow::exactly_once
