// A whole graph between two topics of a real broker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "graph/pipeline.hpp"
#include "tests/cli/program.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// 8x8 pixels, all of one value, as the source `phantom` would send them.
Record frame(int value, const std::string& key, std::int64_t timestamp_ms = Record::open_timestamp) {
  return {Bytes::of(std::string(64, static_cast<char>(value))), key,
          raw_headers(8, {{"label", value % 2 ? "odd" : "even"},
                          {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}),
          timestamp_ms};
}

class KafkaPipeline : public WithTopics {
 protected:
  std::string yaml(const std::string& nodes = "nodes:\n  - decode:\n  - histogram:\n") const {
    return fmt::format(
        "graph: test\nkafka: {{bootstrap.servers: '{}'}}\n"
        "sources:\n  - kafka: {{topic: {}, group: {}, until_caught_up: true}}\n{}"
        "sinks:\n  - kafka: {{topic: {}}}\n    name: results\n  - kafka: {{topic: {}}}\n    name: dead\n    "
        "from: errors\n",
        broker().servers(), in, in, nodes, out, dead);
  }
  PipelineStats run(const std::string& text) {
    Pipeline pipeline{load_plan_text(text, "test.yaml")};
    pipeline.start();
    EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended");
    return pipeline.stats();
  }
};

// Kafka deletes by the timestamp of records, by default what is older than 7 days.
TEST_F(KafkaPipeline, WhatIsMadeOfOldFramesOutlivesTheTopicsRetention) {
  constexpr std::int64_t in_2023 = 1'700'000'000'000;
  const std::string archive = broker().make_topic("archive", 1, {{"retention.ms", "-1"}});
  const std::string dated = broker().make_topic("dated");
  std::vector<Record> sent;
  for (int i = 0; i < 20; ++i) sent.push_back(frame(i, "key-" + std::to_string(i), in_2023));
  sent[7].value = Bytes::of("cut off");
  broker().produce(archive, sent);
  in = archive;
  const PipelineStats stats = run(yaml() + "  - kafka: {topic: " + dated +
                                  ", timestamp: source}\n    name: dated\n    from: histogram\n");
  EXPECT_EQ(stats.records_delivered, 19u);

  // Those that carry the source's time, as they were asked to, are gone first.
  EXPECT_TRUE(comes_true(std::chrono::seconds{60}, [&] { return broker().read_all(dated).empty(); }));
  const auto results = broker().read_all(out);
  EXPECT_EQ(results.size(), 19u);
  for (const Record& result : results) EXPECT_EQ(result.header("ce_time"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(broker().read_all(dead).size(), 1u);
}

TEST_F(KafkaPipeline, EveryFrameIsAResultOrADeadLetterOnceAndThenItsPositionIsCommitted) {
  std::vector<Record> sent;
  for (int i = 0; i < 300; ++i) sent.push_back(frame(i % 256, "key-" + std::to_string(i)));
  for (const int broken : {7, 70, 170}) sent[static_cast<std::size_t>(broken)].value = Bytes::of("cut off");
  broker().produce(in, sent);
  const PipelineStats stats = run(yaml());
  EXPECT_EQ(stats.records_delivered, 297u);
  EXPECT_EQ(stats.records_failed, 3u);
  EXPECT_EQ(stats.records_abandoned, 0u);
  EXPECT_EQ(committed(), 300);

  std::set<std::string> keys;
  for (const Record& result : broker().read_all(out)) {
    EXPECT_TRUE(keys.insert(result.key.value()).second) << *result.key << " is there twice";
    EXPECT_EQ(result.header("content-type"), "application/json");
    EXPECT_EQ(result.header("traceparent"), sent[0].header("traceparent"));
    EXPECT_GE(result.timestamp_ms, 1'700'000'000'000);
    EXPECT_THAT(result.value.text(), HasSubstr(fmt::format("\"topic\":\"{}\"", in)));
  }
  for (const Record& letter : broker().read_all(dead)) {
    EXPECT_TRUE(keys.insert(letter.key.value()).second);
    EXPECT_EQ(letter.value.text(), "cut off") << "the original bytes";
    EXPECT_TRUE(letter.header("radflow-error-reason"));
    EXPECT_EQ(letter.header("radflow-error-node"), "decode");
    EXPECT_TRUE(letter.header("label")) << "the original headers";
  }
  EXPECT_EQ(keys.size(), 300u);

  // Nothing is left to do, and the same again finds only what is new.
  EXPECT_EQ(run(yaml()).records_delivered, 0u);
  broker().produce(in, {frame(1, "new")});
  EXPECT_EQ(run(yaml()).records_delivered, 1u);
}

TEST_F(KafkaPipeline, AResultTooLargeForItsTopicIsADeadLetterWithSizeAndLimit) {
  broker().set_topic_config(out, {{"max.message.bytes", "2000"}});
  broker().produce(in, {frame(1, "large")});
  const PipelineStats stats = run(yaml());  // 256 names and values
  EXPECT_EQ(stats.records_failed, 1u);
  EXPECT_TRUE(broker().read_all(out).empty());
  const auto letters = broker().read_all(dead);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].header("radflow-error-reason"), "too_large");
  EXPECT_THAT(std::string{letters[0].header("radflow-error").value()}, HasSubstr("allows 2000"));
  EXPECT_EQ(letters[0].value.size(), 64u);
  EXPECT_EQ(committed(), 1);
}

TEST_F(KafkaPipeline, OrderPerKeyIsTheInputs) {
  std::vector<Record> sent;
  for (int i = 0; i < 2000; ++i) sent.push_back(frame(i % 256, "key-" + std::to_string(i % 5)));
  broker().produce(in, sent);
  run(yaml());
  std::map<std::string, std::int64_t> last;
  int count = 0;
  for (const Record& result : broker().read_all(out)) {
    const std::string text{result.value.text()};
    const std::int64_t offset = std::stoll(text.substr(text.find("\"offset\":") + 9));
    const auto [known, fresh] = last.emplace(*result.key, offset);
    if (!fresh) {
      EXPECT_LT(std::exchange(known->second, offset), offset);
    }
    ++count;
  }
  EXPECT_EQ(count, 2000);
}

// 6 records of 2 keys were 2 files, and "6 results".
TEST_F(KafkaPipeline, RecordsOfOneKeyAreImagesOfTheirOwnAndTheSameRecordsAgainReplaceThem) {
  const TemporaryFolder folder;
  std::vector<Record> sent;
  for (int i = 0; i < 6; ++i) sent.push_back(frame(10 * i, i % 2 ? "b" : "a"));
  broker().produce(in, sent);
  for (const char* group : {"one", "two"}) {
    const PipelineStats stats = run(fmt::format(
        "graph: test\nkafka: {{bootstrap.servers: '{}'}}\n"
        "sources:\n  - kafka: {{topic: {}, group: '{}-{}', until_caught_up: true}}\nnodes:\n  - decode:\n"
        "sinks:\n  - images: {{path: {}}}\n",
        broker().servers(), in, in, group, folder.path("out")));
    EXPECT_EQ(stats.sinks[0].written, 6u);
    std::set<std::string> shades;
    for (const auto& file : std::filesystem::directory_iterator{folder.path("out")})
      shades.insert(folder.read("out/" + file.path().filename().string()));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path("out")}, {}), 6);
    EXPECT_EQ(shades.size(), 6u) << "each with its own pixels";
  }
}

// The program, as a user would: send a folder, run, tail.
TEST_F(KafkaPipeline, SendRunTail) {
  using cli::run_program;
  const TemporaryFolder folder;
  const std::string phantom = fmt::format(
      "graph: phantom\nsources:\n  - phantom: {{count: 20, width: 64, height: 64, depth: 8}}\nnodes:\n  - "
      "decode:\n"
      "sinks:\n  - images: {{path: {}/scans}}\n",
      folder.path());
  folder.write("phantom.yaml", phantom);
  folder.write("graph.yaml", yaml());
  ASSERT_EQ(run_program("run " + folder.path("phantom.yaml") + " 2>&1").code, 0);

  const std::string broker_and = "--broker " + broker().servers() + " --topic ";
  const cli::Ran sent = run_program("send " + folder.path("scans") + " " + broker_and + in + " 2>&1");
  EXPECT_EQ(sent.code, 0) << sent.out;
  EXPECT_THAT(sent.out, HasSubstr("20 of 20 frames sent"));
  EXPECT_EQ(broker().read_all(in).front().header("content-type"), "image/png");

  const cli::Ran ran = run_program("run " + folder.path("graph.yaml") + " --until-caught-up 2>&1");
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("20 records, 20 results, 0 dead letters"));

  const cli::Ran table = run_program("tail " + broker_and + out + " --until-caught-up");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.out, HasSubstr("256 values:"));
  EXPECT_EQ(std::ranges::count(table.out, '\n'), 21);
  const cli::Ran json = run_program("tail " + broker_and + out + " --json --count 3");
  EXPECT_EQ(std::ranges::count(json.out, '\n'), 3);
  EXPECT_TRUE(json.out.starts_with("{"));

  folder.write("large/one.png", std::string(2'000'000, 'x'));
  const cli::Ran refused = run_program("send " + folder.path("large") + " " + broker_and + in + " 2>&1");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, HasSubstr("one.png: too_large: the record takes 20001"));
  EXPECT_THAT(refused.out, HasSubstr("allows 1048588"));
}

}  // namespace
}  // namespace radflow
