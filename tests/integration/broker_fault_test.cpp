// What happens to brokers while a graph runs: leadership moves, the disk is full, the login is refused. Each
// test has brokers of its own. Numbered frames and their count are the ledger's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "cli/command.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/ledger/graph.hpp"
#include "tests/ledger/numbered_producer.hpp"
#include "tests/paths.hpp"

namespace radflow::ledger {
namespace {

using namespace std::chrono_literals;

class BrokerFault : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = RealBroker::why_none_of_own(); !why.empty()) GTEST_SKIP() << why;
  }

  void start(RealBroker& broker, const std::string& servers) {
    topics.frames = broker.make_topic("frames", 4);
    topics.results = broker.make_topic("results", 4);
    topics.dead_letters = broker.make_topic("dead-letters", 2);
    folder.write("graph.yaml", graph(servers, topics));
    process = std::make_unique<Process>(
        std::vector<std::string>{radflow_program, "run", folder.path("graph.yaml")}, folder.path("log"));
  }
  // Everything is committed, and ends.
  void expect_nothing_lost(RealBroker& broker) {
    EXPECT_TRUE(comes_true(90s, [&] { return committed_to_the_end(broker, topics); })) << process->said();
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait(60s), static_cast<int>(cli::exit_ok)) << process->said();
    for (const auto what : {Verify::What::Results, Verify::What::DeadLetters}) {
      const Counts counts = count(broker, frames, what, topics);
      EXPECT_GT(counts.found, 0u);
      EXPECT_EQ(counts.lost, 0u);
      EXPECT_EQ(counts.reordered, 0u);
      EXPECT_EQ(counts.wrong, 0u);
    }
  }
  void wait_for(const NumberedProducer& producer) {
    comes_true(90s, [&] { return producer.ended(); });
    ASSERT_TRUE(producer.done()) << producer.failure();
  }

  TemporaryFolder folder;
  Topics topics;
  Frames frames{7, 3000, 50};
  std::unique_ptr<Process> process;
};

TEST_F(BrokerFault, NothingIsLostWhenLeadershipMoves) {
  const std::vector<std::string> two{"default.replication.factor=2", "offsets.topic.replication.factor=2"};
  const auto first = RealBroker::another({.settings = two});
  const auto second = RealBroker::another({.settings = two, .joins = first.get()});
  const std::string servers = first->servers() + "," + second->servers();
  start(*first, servers);
  {
    const NumberedProducer producer{frames, servers, topics.frames, 8s};
    std::this_thread::sleep_for(4s);
    second->kill();  // half of the leaders
    std::this_thread::sleep_for(2s);
    second->start();
    wait_for(producer);
  }
  expect_nothing_lost(*first);
}

TEST_F(BrokerFault, NothingIsLostWhenItsDiskIsFull) {
  if (geteuid() != 0) GTEST_SKIP() << "mounts a small disk: only root can";
  const auto broker = RealBroker::another({.settings = {"log.index.size.max.bytes=65536"}, .disk_mb = 96});
  start(*broker, broker->servers());
  {
    const NumberedProducer producer{frames, broker->servers(), topics.frames, 8s};
    std::this_thread::sleep_for(4s);
    broker->fill_disk(true);
    EXPECT_TRUE(comes_true(30s, [&] { return !broker->running(); })) << "its only disk is gone, it ends";
    EXPECT_TRUE(comes_true(10s, [&] {
      return process->said(100'000).find("cannot reach Kafka") != std::string::npos;
    })) << process->said();
    EXPECT_FALSE(process->exited()) << process->said();
    broker->fill_disk(false);
    broker->start();
    wait_for(producer);
  }
  expect_nothing_lost(*broker);
}

TEST_F(BrokerFault, ARefusedLoginIsSaidAndTriedUntilItIsRight) {
  const auto with_password = [](const std::string& word) -> std::vector<std::string> {
    return {"listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
            "listener.name.plaintext.plain.sasl.jaas.config="
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" "
            "password=\"admin\" user_admin=\"admin\" user_radflow=\"" +
                word + "\";"};
  };
  const auto broker = RealBroker::another({});
  const std::string topic = broker->make_topic("results");
  const auto restart = [&](const std::string& word) {
    broker->stop();
    broker->configure(with_password(word));
    broker->start();
  };
  restart("another");
  Heard heard;
  BuildInfo info{.graph = "test", .name = "test"};
  info.properties = {{"bootstrap.servers", broker->servers()},
                     {"security.protocol", "SASL_PLAINTEXT"},
                     {"sasl.mechanism", "PLAIN"},
                     {"sasl.username", "radflow"},
                     {"sasl.password", "right-word"}};
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info);
  const FakeContext context;
  int acknowledged = 0;
  sink->submit(Payload::of(Record{Bytes::of("x")}), context, [&](auto error) { acknowledged += !error; });
  EXPECT_TRUE(heard.within(10s, "sink test: Kafka at " + broker->servers() + " refuses the login"))
      << heard.all();
  EXPECT_EQ(heard.all().find("right-word"), std::string::npos);
  EXPECT_FALSE(sink->ready());
  restart("right-word");
  EXPECT_TRUE(sink->flush(60s)) << heard.all();
  EXPECT_EQ(acknowledged, 1);
}

}  // namespace
}  // namespace radflow::ledger
