// A topic that is deleted, or may not be seen, while it is read: whoever reads it can still end. (librdkafka
// 2.0.2 waits for its partitions for ever unless it is helped, see RevokedQueues.)
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "connectors/kafka/client/range_reader.hpp"
#include "connectors/kafka/client/topic_reader.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;

class KafkaLostTopic : public WithRules {
 protected:
  void SetUp() override {
    WithRules::SetUp();
    if (IsSkipped()) return;
    topic = broker().make_topic("lost", 2);
    broker().produce(
        topic, std::vector<Record>(100, Record{Bytes::of(std::string(64, 'x')), "key", raw_headers(8)}), 0);
  }
  void deny() { broker().deny(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_READ); }
  kafka::Properties properties() const {
    return {{"bootstrap.servers", broker().servers()}, {"topic.metadata.refresh.interval.ms", "200"}};
  }
  std::string topic;
};

class LostGraph : public KafkaLostTopic {
 protected:
  void SetUp() override {
    KafkaLostTopic::SetUp();
    if (IsSkipped()) return;
    std::ofstream{folder.path("graph.yaml")} << fmt::format(
        "graph: test\nkafka: {{bootstrap.servers: '{}', topic.metadata.refresh.interval.ms: 200}}\n"
        "sources:\n  - kafka: {{topic: {}, group: {}}}\nnodes: [decode, histogram]\n"
        "sinks:\n  - ndjson: {{path: results.ndjson}}\n",
        broker().servers(), topic, topic);
    process = std::make_unique<Process>(
        std::vector<std::string>{radflow_program, "run", folder.path("graph.yaml")}, folder.path("log"));
    ASSERT_TRUE(comes_true(30s, [&] { return broker().committed(topic, topic)[0] == 100; })) << said();
  }
  std::string said() const { return process->said(100'000); }
  bool says(const std::string& text, std::size_t after = 0) const {
    return comes_true(30s, [&] { return said().find(text, after) != std::string::npos; });
  }
  bool loses_its_partitions() const {
    return comes_true(30s, [&] {
      const std::string all = said();
      return all.find("loses 2 partitions") != std::string::npos ||
             all.find("gives up 2 partitions") != std::string::npos;
    });
  }
  // Everything is committed, so the code is that of a run in order.
  void ends() {
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait(30s), 0) << said();
  }
  TemporaryFolder folder;
  std::unique_ptr<Process> process;
};

TEST_F(LostGraph, EndsWhenItMayNotReadAnyMore) {
  deny();
  ASSERT_TRUE(loses_its_partitions()) << said();
  ends();
}

TEST_F(LostGraph, EndsWhenItMayReadAgain) {
  deny();
  ASSERT_TRUE(loses_its_partitions()) << said();
  const std::size_t lost = said().size();
  broker().allow(RD_KAFKA_RESOURCE_TOPIC, topic);
  ASSERT_TRUE(says("takes 2 partitions", lost)) << said();
  broker().produce(topic, {Record{Bytes::of(std::string(64, 'x')), "key", raw_headers(8)}}, 0);
  EXPECT_TRUE(comes_true(30s, [&] { return broker().committed(topic, topic)[0] == 101; })) << said();
  ends();
}

TEST_F(LostGraph, EndsWhenItsTopicWasDeleted) {
  broker().delete_topic(topic);
  ASSERT_TRUE(loses_its_partitions()) << said();
  ends();
}

class LostReader : public KafkaLostTopic {
 protected:
  // The reader stays behind if it cannot end.
  template <typename Reader>
  static bool ends(std::unique_ptr<Reader> reader) {
    const auto ended = std::make_shared<std::atomic<bool>>(false);
    std::thread{[ended, left = reader.release()] {
      delete left;
      *ended = true;
    }}.detach();
    return comes_true(20s, [&] { return ended->load(); });
  }
  template <typename Reader>
  bool reads(Reader& reader, const std::function<bool()>& enough) {
    return comes_true(30s, [&] {
      if (reader.next(100ms)) ++count;
      return enough();
    });
  }
  Heard heard;
  int count = 0;
};

TEST_F(LostReader, OfATopicEnds) {
  auto reader =
      std::make_unique<kafka::TopicReader>(topic, properties(), kafka::TopicReader::From::Beginning);
  EXPECT_TRUE(reads(*reader, [&] { return count == 100; }));
  deny();
  EXPECT_TRUE(reads(*reader, [&] { return heard.within(0s, "no longer available"); })) << heard.all();
  EXPECT_TRUE(ends(std::move(reader)));
}

TEST_F(LostReader, OfARangeEnds) {
  auto reader = std::make_unique<kafka::RangeReader>(topic, properties());
  reader->read({topic, 0, 0, 1000});
  EXPECT_TRUE(reads(*reader, [&] { return count == 100; }));
  deny();
  EXPECT_TRUE(reads(*reader, [&] { return heard.within(0s, "no longer available"); })) << heard.all();
  EXPECT_TRUE(ends(std::move(reader)));
}

}  // namespace
}  // namespace radflow
