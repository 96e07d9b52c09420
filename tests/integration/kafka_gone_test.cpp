// Records that are gone before they are read, and groups that have no position.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/topic_changes.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class KafkaGone : public OnRealBroker, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    OnRealBroker::SetUp();
    if (IsSkipped()) return;
    in = broker().make_topic("short");
    out = broker().make_topic("short-results");
  }
  void fill(int count, std::int32_t partition = 0) {
    broker().produce(in,
                     std::vector<Record>(static_cast<std::size_t>(count),
                                         Record{Bytes::of(std::string(64, 'x')), "key", raw_headers(8)}),
                     partition);
  }
  void make_anew() {
    broker().delete_topic(in);
    ASSERT_TRUE(comes_true(30s, [&] {
      try {
        broker().make_topic_named(in);
        return true;
      } catch (const std::runtime_error&) {
        return false;
      }
    }));
  }
  // Runs until it has caught up, or, without, until it is stopped. What it exits with.
  std::unique_ptr<Process> start(const std::string& source, bool to_the_end) {
    std::ofstream{folder.path("graph.yaml")} << fmt::format(
        "graph: test\ndelivery: {}\nkafka: {{bootstrap.servers: '{}'}}\n"
        "sources:\n  - kafka: {{topics: ['{}'], group: {}{}}}\nnodes: [decode, histogram]\n"
        "sinks:\n  - kafka: {{topic: {}}}\n",
        GetParam(), broker().servers(), topics.empty() ? in : topics, in, source, out);
    std::remove(folder.path("log").c_str());
    std::vector<std::string> command{radflow_program, "run", folder.path("graph.yaml")};
    if (to_the_end) command.push_back("--until-caught-up");
    return std::make_unique<Process>(command, folder.path("log"));
  }
  int run(const std::string& source = "") {
    const auto process = start(source, true);
    const auto code = process->wait(60s);
    log = process->said(100'000);
    return code.value_or(-1);
  }
  std::size_t results() { return broker().read_all(out).size(); }
  std::int64_t position() { return broker().committed(in, in)[0]; }

  std::string in, out, topics, log;
  TemporaryFolder folder;
};

TEST_P(KafkaGone, WhatRetentionTookIsSaidWithItsRangeAndTheRestIsRead) {
  fill(5);
  ASSERT_EQ(run(), 0) << log;
  EXPECT_THAT(log, HasSubstr("group '" + in + "' has no position in '" + in + "', begins at earliest"));
  fill(10);
  topic_changes::delete_records(broker().servers(), in, 0, 12);
  ASSERT_EQ(run(), 0) << log;
  EXPECT_THAT(log, HasSubstr(in + ":0:5-11: 7 records are gone"));
  EXPECT_THAT(log, Not(HasSubstr("has no position")));
  EXPECT_EQ(results(), 8u);
  // In transactions behind the last record stands nothing of theirs: they write elsewhere.
  EXPECT_EQ(position(), 15);
  ASSERT_EQ(run(), 0) << log;
  EXPECT_THAT(log, Not(HasSubstr("gone"))) << "said once";
}

TEST_P(KafkaGone, EverythingGoneIsSaidToo) {
  fill(5);
  ASSERT_EQ(run(), 0) << log;
  fill(10);
  topic_changes::delete_records(broker().servers(), in, 0, 15);
  ASSERT_EQ(run(), 0) << log;
  EXPECT_THAT(log, HasSubstr(in + ":0:5-14: 10 records are gone"));
  EXPECT_EQ(position(), 15);
}

TEST_P(KafkaGone, ToStopEndsItBeforeItReadsOnUntilItIsStartedWithWarn) {
  fill(5);
  ASSERT_EQ(run(), 0) << log;
  fill(10);
  topic_changes::delete_records(broker().servers(), in, 0, 12);
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_EQ(run(", on_gap: stop"), 1) << log;
    EXPECT_THAT(log, HasSubstr(in + ":0:5-11: 7 records are gone"));
    EXPECT_THAT(log, HasSubstr("on_gap: warn"));
    EXPECT_EQ(results(), 5u);
    EXPECT_EQ(position(), 5);
  }
  EXPECT_EQ(run(), 0) << log;
  EXPECT_EQ(results(), 8u);
  EXPECT_EQ(run(", on_gap: stop"), 0) << log;
}

TEST_P(KafkaGone, APositionBeyondTheEndGoesOnAtTheOldest) {
  fill(5);
  ASSERT_EQ(run(), 0) << log;
  topic_changes::commit(broker().servers(), in, in, 0, 60);
  EXPECT_EQ(run(", on_gap: stop"), 1) << log;
  EXPECT_EQ(position(), 60);
  ASSERT_EQ(run(), 0) << log;
  EXPECT_THAT(log, HasSubstr(in + ":0: position 60 of group '" + in + "' lies beyond the end"));
  EXPECT_EQ(results(), 10u) << "all of them again";
  EXPECT_EQ(position(), 5);
}

TEST_P(KafkaGone, ATopicMadeAgainWhileItIsReadIsReadFromItsBeginning) {
  fill(20);
  const auto process = start(", topic.metadata.refresh.interval.ms: 500", false);
  ASSERT_TRUE(comes_true(30s, [&] { return position() == 20; })) << process->said(100'000);
  make_anew();
  fill(7);
  EXPECT_TRUE(comes_true(40s, [&] { return results() == 27; })) << process->said(100'000);
  EXPECT_TRUE(comes_true(20s, [&] { return position() == 7; })) << process->said(100'000);
}

TEST_P(KafkaGone, WhatIsDeletedWhileItIsReadIsSaidAndCounted) {
  fill(5);
  const auto process = start(", session.timeout.ms: 30000", false);
  ASSERT_TRUE(comes_true(30s, [&] { return position() == 5; })) << process->said(100'000);
  process->signal(SIGSTOP);
  std::this_thread::sleep_for(500ms);  // the broker answers the fetch that was under way
  fill(10);
  topic_changes::delete_records(broker().servers(), in, 0, 12);
  process->signal(SIGCONT);
  EXPECT_TRUE(comes_true(30s, [&] { return position() == 15; })) << process->said(100'000);
  EXPECT_EQ(results(), 8u);
  EXPECT_THAT(process->said(100'000), HasSubstr(in + ":0:5-11: 7 records are gone"));
}

// What compaction and the marker of a transaction leave are gaps, but nothing is gone.
TEST_P(KafkaGone, GapsThatWereNeverRecordsAreNotTakenForOnes) {
  topic_changes::produce_in_transactions(broker().servers(), in, 10, 2);  // each has a marker behind it
  ASSERT_EQ(run(", on_gap: stop"), 0) << log;
  EXPECT_EQ(results(), 20u);
  topic_changes::produce_in_transactions(broker().servers(), in, 3, 2);
  ASSERT_EQ(run(", on_gap: stop"), 0) << log;
  EXPECT_THAT(log, Not(HasSubstr("gone")));
  EXPECT_EQ(results(), 26u);
  EXPECT_EQ(position(), 39);
}

TEST_P(KafkaGone, AGroupWithoutAPositionBeginsWhereItIsTold) {
  fill(5);
  {
    const auto process = start(", from: latest", false);
    ASSERT_TRUE(comes_true(30s, [&] { return position() == 5; }))
        << "what was decided is committed: " << process->said(100'000);
    EXPECT_THAT(process->said(100'000), HasSubstr("has no position in '" + in + "', begins at latest"));
  }  // killed
  fill(3);
  ASSERT_EQ(run(", from: latest"), 0) << log;
  EXPECT_EQ(results(), 3u) << "those that came while it was away";
}

TEST_P(KafkaGone, APartitionThatIsNewIsReadFromItsBeginningThoughGroupsBeginAtTheLatest) {
  fill(5);
  ASSERT_EQ(run(), 0) << log;
  ASSERT_EQ(results(), 5u);
  topic_changes::add_partitions(broker().servers(), in, 2);
  fill(4, 1);
  ASSERT_EQ(run(", from: latest"), 0) << log;
  EXPECT_EQ(results(), 9u);
  EXPECT_THAT(log, Not(HasSubstr("has no position")));
}

TEST_P(KafkaGone, ATopicThatCameAfterTheStartIsReadFromItsBeginning) {
  topics = "^" + in + ".*";
  const auto process = start(", from: latest, topic.metadata.refresh.interval.ms: 500", false);
  ASSERT_TRUE(comes_true(30s, [&] { return broker().committed(in, in).contains(0); }))
      << process->said(100'000);
  in += "-later";
  broker().make_topic_named(in);
  fill(4);
  EXPECT_TRUE(comes_true(30s, [&] { return results() == 4; })) << process->said(100'000);
}

INSTANTIATE_TEST_SUITE_P(, KafkaGone, testing::Values("at_least_once", "exactly_once"),
                         [](const auto& info) { return std::string{info.param}; });

}  // namespace
}  // namespace radflow
