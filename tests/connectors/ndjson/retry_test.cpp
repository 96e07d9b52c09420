// Sinks that cannot write: `retry` says how often they try again. Graphs as a user writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "graph/pipeline.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SinkRetry : public testing::Test {
 protected:
  Plan plan(const std::string& sinks) const {
    return load_plan_text(
        "sources:\n  - phantom: {count: 20, width: 32, height: 32}\n"
        "nodes: [decode, histogram: {bins: 4, range: [-1000, 3000]}]\nsinks:\n" +
            sinks,
        folder.path("test.yaml"));
  }
  // Runs to its end, which is no good one; why.
  std::string failure(const std::string& sinks) const {
    Pipeline pipeline{plan(sinks)};
    const auto begin = std::chrono::steady_clock::now();
    pipeline.start();
    EXPECT_FALSE(pipeline.wait());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s) << "what is given up is not waited for";
    EXPECT_EQ(pipeline.stats().records_delivered, 0u) << "nothing is done";
    EXPECT_EQ(pipeline.stats().records_abandoned, 0u);
    EXPECT_EQ(pipeline.stats().bytes_in_flight, 0);
    return pipeline.failure().value_or("none");
  }
  TemporaryFolder folder;
};

TEST_F(SinkRetry, AFullDeviceStopsTheGraphAfterItsTimes) {
  EXPECT_THAT(
      failure("  - ndjson: {path: /dev/full, retry: {times: 2, backoff: 10ms}}\n"),
      AllOf(HasSubstr("sink 'ndjson' gave up: No space left on device (ndjson /dev/full, tried again 2 "
                      "times); nothing was committed from "),
            HasSubstr("the next start computes it again")));
}

TEST_F(SinkRetry, ADeadLetterSinkOfItsOwnMakesNoDifference) {
  EXPECT_THAT(failure("  - ndjson: {path: /dev/full, retry: {times: 1, backoff: 1ms}}\n"
                      "  - ndjson: {path: letters.ndjson}\n    name: letters\n    from: errors\n"),
              HasSubstr("sink 'ndjson' gave up"));
  EXPECT_EQ(folder.read("letters.ndjson"), "") << "the records are not to blame";
}

TEST_F(SinkRetry, ImagesGiveUpAsWell) {
  folder.write("out/normal", "in the way");
  folder.write("out/lesion", "in the way");
  EXPECT_THAT(failure("  - images: {path: out, format: npy, retry: {times: 2, backoff: 10ms}, from: "
                      "decode}\n  - ndjson: {path: out.ndjson, from: histogram}\n"),
              AllOf(HasSubstr("sink 'images' gave up: "), HasSubstr("tried again 2 times")));
}

TEST_F(SinkRetry, WhatCanBeWrittenInTimeIsAllThere) {
  folder.write("out/normal", "in the way");
  folder.write("out/lesion", "in the way");
  Pipeline pipeline{
      plan("  - images: {path: out, format: npy, retry: {times: 20, backoff: 100ms}, from: decode}\n  - "
           "ndjson: {path: out.ndjson, from: histogram}\n")};
  pipeline.start();
  EXPECT_TRUE(comes_true(10s, [&] { return !pipeline.ready(); }));
  for (const char* name : {"out/normal", "out/lesion"}) std::filesystem::remove(folder.path(name));
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended");
  EXPECT_EQ(pipeline.stats().records_delivered, 20u);
  const std::filesystem::recursive_directory_iterator files{folder.path("out")};
  EXPECT_EQ(std::count_if(begin(files), end(files), [](const auto& file) { return file.is_regular_file(); }),
            20);
}

TEST_F(SinkRetry, BackoffIsTheTimeBetweenTriesAndDoubles) {
  const auto begin = std::chrono::steady_clock::now();
  failure("  - ndjson: {path: /dev/full, retry: {times: 3, backoff: 200ms}}\n");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms + 400ms + 800ms);
}

TEST_F(SinkRetry, WithoutTimesItIsHeldAsLongAsItTakes) {
  Pipeline pipeline{plan("  - ndjson: {path: /dev/full, retry: {backoff: 1ms}}\n")};
  pipeline.start();
  EXPECT_TRUE(comes_true(10s, [&] { return !pipeline.ready(); }));
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(pipeline.failure()) << *pipeline.failure();
}

TEST_F(SinkRetry, SinksThatShareAFileShareIt) {
  EXPECT_THAT(
      [&] {
        Pipeline{plan("  - ndjson: {path: a, retry: {times: 2}}\n  - ndjson: {path: a}\n    name: other\n")};
      },
      ThrowsMessage<ConfigError>(HasSubstr("give both the same")));
}

TEST_F(SinkRetry, KafkaHasPropertiesForIt) {
  EXPECT_THAT([&] { plan("  - kafka: {topic: t, bootstrap.servers: 'x:1', retry: {times: 2}}\n"); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("'kafka' takes no `retry`"),
                                               HasSubstr("retry.backoff.ms"), HasSubstr("librdkafka"))));
}

}  // namespace
}  // namespace radflow
