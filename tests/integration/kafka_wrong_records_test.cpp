// Records that a topic refuses, among others that it takes: only they end with an error, whether the topic's
// configuration tells beforehand or the broker refuses the whole batch.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>

#include "graph/pipeline.hpp"
#include "tests/connectors/build.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::map<std::string, std::string> compacted{{"cleanup.policy", "compact"}};

enum class Configuration { Told, NotTold };

class KafkaWrongRecords : public WithRules, public testing::WithParamInterface<Configuration> {
 protected:
  std::string make_topic(const std::map<std::string, std::string>& config) const {
    const std::string topic = broker().make_topic("strict", 1, config);
    if (GetParam() == Configuration::NotTold) broker().hide_configuration(topic);
    return topic;
  }
  // What the sink says of each record, by number; "" of one that was written.
  std::map<int, std::string> say(const std::string& topic, const std::vector<Record>& records) const {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", broker().servers()}, {"linger.ms", "200"}};
    const auto sink = make_sink("kafka: {topic: " + topic + "}", info);
    std::map<int, std::string> said;
    std::mutex mutex;
    const FakeContext context;
    for (int i = 0; i < static_cast<int>(records.size()); ++i)
      sink->submit(Payload::of(records[static_cast<std::size_t>(i)]), context, [&, i](const auto& error) {
        const std::lock_guard lock{mutex};
        EXPECT_TRUE(said.emplace(i, error ? error->reason : "").second) << i << " was ended twice";
      });
    EXPECT_TRUE(sink->flush(60s));
    return said;
  }
  std::string reason(const std::string& told) const {
    return GetParam() == Configuration::Told ? told : "refused_by_broker";
  }
};

TEST_P(KafkaWrongRecords, OfABatchOnlyThoseWithoutTheKeyThatTheTopicAsksForAreRefused) {
  const std::string topic = make_topic(compacted);
  std::vector<Record> records;
  for (int i = 0; i < 20; ++i) records.push_back({Bytes::of(std::to_string(i)), "key-" + std::to_string(i)});
  records[7].key = records[13].key = std::nullopt;
  Heard heard;
  const auto said = say(topic, records);
  ASSERT_EQ(said.size(), 20u);
  for (const auto& [i, error] : said) EXPECT_EQ(error, i == 7 || i == 13 ? reason("no_key") : "") << i;
  std::vector<std::string> written;
  for (const Record& record : broker().read_all(topic)) written.emplace_back(record.value.text());
  EXPECT_THAT(written, ElementsAre("0", "1", "2", "3", "4", "5", "6", "8", "9", "10", "11", "12", "14", "15",
                                   "16", "17", "18", "19"));
  EXPECT_EQ(heard.all().find("refuses a whole batch") != std::string::npos,
            GetParam() == Configuration::NotTold)
      << heard.all();
}

TEST_P(KafkaWrongRecords, OfABatchOnlyThoseWithATimeThatTheTopicDoesNotTakeAreRefused) {
  const std::string topic =
      make_topic({{"message.timestamp.before.max.ms", "60000"}, {"message.timestamp.after.max.ms", "60000"}});
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  std::vector<Record> records;
  for (int i = 0; i < 10; ++i) records.push_back({Bytes::of(std::to_string(i)), "key", {}, now});
  records[2].timestamp_ms -= 120'000;
  records[5].timestamp_ms += 120'000;
  records[8].timestamp_ms = Record::open_timestamp;
  const auto said = say(topic, records);
  ASSERT_EQ(said.size(), 10u);
  for (const auto& [i, error] : said) EXPECT_EQ(error, i == 2 || i == 5 ? reason("bad_timestamp") : "") << i;
  EXPECT_EQ(broker().read_all(topic).size(), 8u);
}

TEST_P(KafkaWrongRecords, UnderExactlyOnceTheOthersAreWrittenOnceAndInOrderWithTheirDeadLetters) {
  const std::string in = broker().make_topic("in"), errors = broker().make_topic("errors");
  const std::string out = make_topic(compacted);
  std::vector<Record> records;
  for (int i = 0; i < 60; ++i)
    records.push_back({Bytes::of(std::string(64, static_cast<char>(i))), "key", raw_headers(8)});
  records[17].key = records[43].key = std::nullopt;
  broker().produce(in, records, 0);
  Heard heard;
  const auto run = [&](const std::string& dead_letters) {
    Pipeline pipeline{
        load_plan_text(fmt::format("graph: test\ndelivery: exactly_once\nkafka: {{bootstrap.servers: '{}'}}\n"
                                   "sources:\n  - kafka: {{topic: {}, group: {}, until_caught_up: true}}\n"
                                   "nodes: [decode, histogram]\nsinks:\n  - kafka: {{topic: {}}}\n{}",
                                   broker().servers(), in, in, out, dead_letters),
                       "test.yaml")};
    pipeline.start();
    pipeline.wait();
    return pipeline.failure().value_or("");
  };
  EXPECT_THAT(run(""), HasSubstr(in + ":0:17: ")) << "the record that was wrong: " << heard.all();
  EXPECT_LE(broker().committed(in, in)[0], 17);
  EXPECT_EQ(run("  - kafka: {topic: " + errors + "}\n    from: errors\n    name: errors\n"), "")
      << heard.all();
  EXPECT_EQ(broker().committed(in, in)[0], 60);

  std::vector<std::string> written, expected;
  for (const Record& record : broker().read_all(out)) written.emplace_back(record.header("ce_id").value());
  for (int i = 0; i < 60; ++i)
    if (i != 17 && i != 43) expected.push_back(fmt::format("{}/0/{}/1/encode", in, i));
  EXPECT_EQ(written, expected) << heard.all();
  std::vector<std::string> letters;
  for (const Record& letter : broker().read_all(errors)) {
    EXPECT_EQ(letter.header("radflow-error-reason"), reason("no_key"));
    const std::string error{letter.header("radflow-error").value()};
    letters.push_back(error.substr(error.find("\"offset\":"), 11));
  }
  EXPECT_THAT(letters, testing::UnorderedElementsAre("\"offset\":17", "\"offset\":43"));
}

INSTANTIATE_TEST_SUITE_P(Configuration, KafkaWrongRecords,
                         testing::Values(Configuration::Told, Configuration::NotTold), [](const auto& info) {
                           return info.param == Configuration::Told ? "Told" : "NotTold";
                         });

}  // namespace
}  // namespace radflow
