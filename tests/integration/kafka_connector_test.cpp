// The Kafka source and sink against a real broker, without a graph between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "connectors/kafka/librdkafka/record_size.hpp"
#include "tests/connectors/build.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

BuildInfo info(const std::string& servers, std::vector<std::pair<std::string, std::string>> more = {}) {
  BuildInfo info{.graph = "test", .name = "test"};
  info.properties = {{"bootstrap.servers", servers}};
  for (auto& property : more) info.properties.push_back(std::move(property));
  return info;
}

std::vector<Record> numbered(int count, std::size_t bytes = 10) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i) {
    Record record{Bytes::of(std::to_string(i) + std::string(bytes, ' ')), "k" + std::to_string(i % 7)};
    records.push_back(std::move(record));
  }
  return records;
}

// The two sides of a source that runs until `stop_after` records were admitted.
struct Reader {
  std::vector<Record> run(Source& source) {
    source.run(intake, intake.stop.get_token());
    return std::move(intake.records);
  }
  FakeIntake intake;
};

// Submits and waits for all acknowledgements; the error of each.
std::vector<std::optional<Error>> submit_all(Sink& sink, const std::vector<Record>& records) {
  std::vector<std::optional<Error>> errors(records.size());
  const FakeContext context;
  for (std::size_t i = 0; i < records.size(); ++i)
    sink.submit(Payload::of(records[i]), context, [&errors, i](auto error) { errors[i] = std::move(error); });
  EXPECT_TRUE(sink.flush(60s));
  return errors;
}

using KafkaSink = OnRealBroker;
using KafkaSource = OnRealBroker;

TEST_F(KafkaSink, CarriesKeysHeadersAndTimestamps) {
  const std::string topic = broker().make_topic("carry", 1, {{"retention.ms", "-1"}});
  std::vector<Record> sent(4);
  sent[0] = {Bytes::of("value"),
             "key",
             {{"label", "normal"}, {"label", "lesion"}, {"empty", ""}},
             1'700'000'000'123};
  sent[1] = {Bytes::of(""), std::nullopt, {}, 1};
  sent[2] = {Bytes::of(std::string("\0\xff", 2)), "", {}, 2};
  sent[3] = {Bytes::of(std::string(900'000, 'x')), std::string("\0k", 2), {{"h", std::string("\0v", 2)}}, 3};
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info(broker().servers()));
  for (const auto& error : submit_all(*sink, sent)) EXPECT_FALSE(error);

  // And back through the source.
  const auto source = make_source("kafka: {topic: " + topic + ", until_caught_up: true, group: carry}",
                                  info(broker().servers()));
  const auto got = read_all(*source);
  ASSERT_EQ(got.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(got[i].value.text(), sent[i].value.text());
    EXPECT_EQ(got[i].key, sent[i].key);
    EXPECT_EQ(got[i].headers, sent[i].headers);
    EXPECT_EQ(got[i].timestamp_ms, sent[i].timestamp_ms);
    EXPECT_EQ(got[i].position.topic, topic);
    EXPECT_EQ(got[i].position.offset, static_cast<std::int64_t>(i));
  }
}

TEST_F(KafkaSink, FindsARecordTooLargeForTheTopicToTheByte) {
  const std::string topic = broker().make_topic("limit", 1, {{"max.message.bytes", "20000"}});
  Record fits{Bytes::of(std::string(19'000, 'x')), "key", {{"name", "value"}}};
  fits.value =
      Bytes::of(std::string(19'000 + 20'000 - static_cast<std::size_t>(kafka::batch_bytes(fits)), 'x'));
  ASSERT_EQ(kafka::batch_bytes(fits), 20'000);
  Record over = fits;
  over.value = Bytes::of(std::string(fits.value.size() + 1, 'x'));
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info(broker().servers()));
  const auto errors = submit_all(*sink, {fits, over, fits});
  EXPECT_FALSE(errors[0]) << errors[0]->detail;
  ASSERT_TRUE(errors[1]);
  EXPECT_EQ(errors[1]->reason, "too_large");
  EXPECT_THAT(errors[1]->detail, HasSubstr("20001 bytes"));
  EXPECT_THAT(errors[1]->detail, HasSubstr("allows 20000"));
  EXPECT_FALSE(errors[2]);
  EXPECT_EQ(broker().read_all(topic).size(), 2u);

  // The broker is of the same opinion: with compression radflow leaves the verdict to it.
  std::string noise(40'000, ' ');
  std::uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const auto compressing =
      make_sink("kafka: {topic: " + topic + "}", info(broker().servers(), {{"compression.codec", "lz4"}}));
  const auto verdict =
      submit_all(*compressing, {Record{Bytes::of(noise)}, Record{Bytes::of(std::string(40'000, 'x'))}});
  ASSERT_TRUE(verdict[0]);
  EXPECT_EQ(verdict[0]->reason, "too_large");
  EXPECT_FALSE(verdict[1]) << "compresses to less";
}

// The broker would close the connection on it, again and again.
TEST_F(KafkaSink, FindsARecordTooLargeForAnyRequest) {
  const std::string topic = broker().make_topic("request", 1, {{"max.message.bytes", "200000000"}});
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info(broker().servers()));
  constexpr std::size_t request = 104'857'600, frame = 1024;  // Kafka's default; what radflow leaves free
  std::string bytes(request - frame - 100, 'x');
  Record fits{Bytes::of(bytes)};
  bytes.resize(bytes.size() + request - frame - static_cast<std::size_t>(kafka::batch_bytes(fits)), 'x');
  fits.value = Bytes::of(bytes);
  ASSERT_EQ(kafka::batch_bytes(fits), static_cast<std::int64_t>(request - frame));
  const Record over{Bytes::of(bytes + "x")};
  const auto errors = submit_all(*sink, {over, fits});
  ASSERT_TRUE(errors[0]);
  EXPECT_EQ(errors[0]->reason, "too_large");
  EXPECT_THAT(errors[0]->detail, HasSubstr("the broker allows 104856576 (socket.request.max.bytes"));
  EXPECT_FALSE(errors[1]) << errors[1]->detail;
  EXPECT_EQ(broker().ends(topic).at(0), 1);

  const auto compressing =
      make_sink("kafka: {topic: " + topic + "}", info(broker().servers(), {{"compression.codec", "lz4"}}));
  EXPECT_TRUE(submit_all(*compressing, {over})[0]) << "compared as it is, as Kafka's own producers do";
}

TEST_F(KafkaSink, BatchesStayBelowASmallLimit) {
  const std::string topic = broker().make_topic("batches", 1, {{"max.message.bytes", "5000"}});
  const auto sink =
      make_sink("kafka: {topic: " + topic + "}", info(broker().servers(), {{"linger.ms", "50"}}));
  for (const auto& error : submit_all(*sink, numbered(500, 1000))) EXPECT_FALSE(error);
  const auto got = broker().read_all(topic);
  ASSERT_EQ(got.size(), 500u);
  for (int i = 0; i < 500; ++i)
    EXPECT_TRUE(got[static_cast<std::size_t>(i)].value.text().starts_with(std::to_string(i) + " "));
}

TEST_F(KafkaSink, WaitsForATopicThatDoesNotExistAndKeepsTheOrder) {
  const std::string topic = RealBroker::topic_name("later");
  const auto sink = make_sink("kafka: {topic: " + topic + "}", info(broker().servers()));
  const FakeContext context;
  std::atomic<int> acknowledged = 0, refused = 0;
  for (const Record& record : numbered(100))
    sink->submit(Payload::of(record), context, [&](auto error) { ++(error ? refused : acknowledged); });
  EXPECT_FALSE(sink->flush(2s));
  EXPECT_EQ(acknowledged, 0);
  broker().make_topic_named(topic);
  EXPECT_TRUE(sink->flush(60s));
  EXPECT_EQ(acknowledged, 100);
  EXPECT_EQ(refused, 0);
  const auto got = broker().read_all(topic);
  ASSERT_EQ(got.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(got[static_cast<std::size_t>(i)].value.text().starts_with(std::to_string(i) + " "));
}

TEST_F(KafkaSource, CommitsOnlyWhatIsDone) {
  const std::string topic = broker().make_topic("commit");
  broker().produce(topic, numbered(10));
  const std::string yaml = "kafka: {topic: " + topic + ", group: " + topic + "}";
  {
    const auto source = make_source(yaml, info(broker().servers()));
    const auto got = read_all(*source, 10);
    ASSERT_EQ(got.size(), 10u);
    for (const int i : {0, 1, 2, 4, 9, 8}) source->done(got[static_cast<std::size_t>(i)].position);
    source->finish(10s);
  }
  EXPECT_THAT(broker().committed(topic, topic), ElementsAre(std::pair{0, 3}));
  const auto source = make_source(yaml, info(broker().servers()));
  // 4, 8 and 9 are done, and no earlier record of their keys is open: the commit says so.
  const auto again = read_all(*source, 4);
  std::vector<std::int64_t> offsets;
  for (const Record& record : again) offsets.push_back(record.position.offset);
  EXPECT_THAT(offsets, ElementsAre(3, 5, 6, 7));
  for (const Record& record : again) source->done(record.position);
  source->finish(10s);
  EXPECT_THAT(broker().committed(topic, topic), ElementsAre(std::pair{0, 8}));
}

TEST_F(KafkaSource, ViewsLargeRecordsWithoutKeepingTheClientFromEnding) {
  const std::string topic = broker().make_topic("large", 1, {{"max.message.bytes", "30000000"}});
  broker().produce(topic, {Record{Bytes::of(std::string(20'000'000, 'x'))}});
  std::vector<Record> got;
  {
    const auto source = make_source("kafka: {topic: " + topic + ", until_caught_up: true, group: g}",
                                    info(broker().servers()));
    got = read_all(*source);
    source->finish(5s);
  }
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].value.size(), 20'000'000u);
  EXPECT_EQ(got[0].value.text().back(), 'x');
}

TEST_F(KafkaSource, PausesWithoutRoomKeepsItsMembershipAndMissesNothing) {
  const std::string topic = broker().make_topic("pause", 2);
  broker().produce(topic, numbered(200));
  const auto source = make_source(
      "kafka: {topic: " + topic + ", group: " + topic + "}",
      info(broker().servers(), {{"max.poll.interval.ms", "6000"}, {"session.timeout.ms", "6000"}}));
  FakeIntake intake;
  intake.stop_after = 200;
  std::optional<std::chrono::steady_clock::time_point> full_since;
  intake.full = [&] {  // after 50 records, for longer than the group would bear without polling
    if (intake.records.size() != 50) return false;
    if (!full_since) full_since = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(10ms);
    return std::chrono::steady_clock::now() - *full_since < 8s;
  };
  source->run(intake, intake.stop.get_token());
  std::map<std::int32_t, std::int64_t> next;
  for (const Record& record : intake.records)
    EXPECT_EQ(record.position.offset, next[record.position.partition]++);
  EXPECT_EQ(intake.records.size(), 200u);
  std::set<std::pair<std::int32_t, std::uint64_t>> assignments;
  for (const Record& record : intake.records)
    assignments.emplace(record.position.partition, record.position.generation);
  EXPECT_EQ(assignments.size(), 2u) << "no rebalance came between";
  for (const Record& record : intake.records) source->done(record.position);
  source->finish(10s);
  std::int64_t sum = 0;
  for (const auto& [partition, offset] : broker().committed(topic, topic)) sum += offset;
  EXPECT_EQ(sum, 200);
}

}  // namespace
}  // namespace radflow
