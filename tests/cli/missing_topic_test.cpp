// Topics that nobody has made yet.
#include "cli/command.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;

class MissingTopic : public testing::Test {
 protected:
  MissingTopic() {
    broker.make_topic("frames", 1);
    // Else this broker would make it as soon as somebody asks.
    rd_kafka_mock_topic_set_error(broker.get(), "nowhere", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    folder.write("graph.yaml", "kafka: {bootstrap.servers: '" + broker.servers() +
                                   "'}\nsources: [kafka: {topic: frames}]\nnodes: [decode]\n"
                                   "sinks:\n  - stdout\n  - kafka: {topic: nowhere}\n    from: errors\n");
  }
  Ran run(const std::string& arguments) const {
    return run_shell("timeout 20 $radflow " + arguments + " 2>&1");
  }
  Ran replay(const std::string& more) const {
    return run("replay " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 " + more);
  }

  kafka::MockBroker broker;
  TemporaryFolder folder;
};

TEST_F(MissingTopic, HasNothingForTailToCatchUpWith) {
  const Ran ran = run("tail --topic nowhere --until-caught-up --broker " + broker.servers());
  EXPECT_EQ(ran.code, exit_failed) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("error: topic 'nowhere' does not exist at " + broker.servers()));
}

TEST_F(MissingTopic, OfTheGraphsDeadLettersHoldsNone) {
  const Ran dry = replay("--dry-run");
  EXPECT_EQ(dry.code, exit_ok) << dry.out;
  EXPECT_THAT(dry.out, HasSubstr("0 records would be replayed"));
  const Ran ran = replay("");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("0 records, there is nothing to replay"));
}

TEST_F(MissingTopic, ThatWasAskedForIsAnError) {
  for (const std::string asked : {"--dead-letters nowhere", "--range nowhere:0:0-"}) {
    const Ran ran = replay(asked);
    EXPECT_EQ(ran.code, exit_failed) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("topic 'nowhere' does not exist"));
  }
}

}  // namespace
}  // namespace radflow::cli
