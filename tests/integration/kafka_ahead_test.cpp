// A commit says what is done above its offset, so a restart computes only what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/comes_true.hpp"
#include "tests/connectors/build.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/topic_changes.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class KafkaAhead : public OnRealBroker {
 protected:
  static constexpr std::size_t count = 100;

  std::string fill(int keys) {
    const std::string topic = broker().make_topic("ahead");
    std::vector<Record> records(count, Record{Bytes::of("x")});
    for (std::size_t i = 0; keys > 0 && i < count; ++i)
      records[i].key = "k" + std::to_string(i % static_cast<std::size_t>(keys));
    broker().produce(topic, records);
    return topic;
  }
  std::unique_ptr<Source> source(const std::string& topic) {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", broker().servers()}, {"session.timeout.ms", "6000"}};
    return make_source("kafka: {topic: " + topic + ", group: " + topic + "}", info);
  }
  // Reads all, ends what is asked for and leaves the rest.
  void run(const std::string& topic, const std::function<bool(std::int64_t)>& ends) {
    const auto first = source(topic);
    for (const Record& record : read_all(*first, count))
      if (ends(record.position.offset)) first->done(record.position);
    first->finish(5s);
  }
  std::vector<std::int64_t> read_again(const std::string& topic, std::size_t expected) {
    const auto second = source(topic);
    FakeIntake intake;
    intake.stop_after = expected;
    std::jthread reader{[&] { second->run(intake, intake.stop.get_token()); }};
    EXPECT_TRUE(comes_true(30s, [&] { return intake.stop.stop_requested(); })) << intake.records.size();
    intake.stop.request_stop();
    reader.join();
    std::vector<std::int64_t> offsets;
    for (const Record& record : intake.records) {
      offsets.push_back(record.position.offset);
      second->done(record.position);
    }
    second->finish(10s);
    return offsets;
  }
};

TEST_F(KafkaAhead, ARestartComputesOnlyWhatIsNotDone) {
  const std::string topic = fill(10);
  run(topic, [](std::int64_t offset) { return offset != 3; });
  // What is done behind 3 and of its key is not listed: its result may be older than one that came since.
  EXPECT_THAT(read_again(topic, 10), ElementsAre(3, 13, 23, 33, 43, 53, 63, 73, 83, 93));
  EXPECT_GE(broker().committed(topic, topic).at(0), 94);
}

TEST_F(KafkaAhead, RecordsWithoutAKeyAreAllOfOneOrder) {
  const std::string topic = fill(0);
  run(topic, [](std::int64_t offset) { return offset != 3; });
  EXPECT_EQ(read_again(topic, count - 3).size(), count - 3);
}

// kafka-consumer-groups --reset-offsets: what was said of another position does not count.
TEST_F(KafkaAhead, APositionThatSomebodyElseSetIsReadWhole) {
  const std::string topic = fill(10);
  run(topic, [](std::int64_t offset) { return offset != 3; });
  topic_changes::commit(broker().servers(), topic, topic, 0, 2);
  EXPECT_EQ(read_again(topic, count - 2).size(), count - 2);
}

}  // namespace
}  // namespace radflow
