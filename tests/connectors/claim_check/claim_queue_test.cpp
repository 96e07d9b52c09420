// Claims between a source and its graph: order, memory, what fails and what is away.
#include "connectors/claim_check/claim_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "tests/connectors/build.hpp"
#include "tests/connectors/claim_check/claims.hpp"
#include "tests/connectors/claim_check/web_server.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// The path's last part: milliseconds before the answer, then a letter that is repeated 60 times.
std::string object(const std::string& path) { return std::string(60, path.back()); }

class ClaimQueueTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = std::make_unique<WebServer>([](const std::string& path) -> WebServer::Reply {
      const std::string name = path.substr(path.rfind('/') + 1);
      if (name.starts_with("missing")) return {.status = 404};
      if (name.starts_with("away") && away) return {.status = 503};
      ++fetching;
      most_fetching = std::max(most_fetching.load(), fetching.load());
      if (!name.starts_with("away")) std::this_thread::sleep_for(std::chrono::milliseconds{std::stoi(name)});
      --fetching;
      return {.body = object(path)};
    });
  }
  static void TearDownTestSuite() { server.reset(); }

  ClaimQueueTest()
      : rules{{{server->url("/")}, "allow"}, {.max_bytes = 1000, .timeout = 2s, .ca = "", .netrc = ""}},
        claim_queue{std::make_unique<ClaimQueue>(
            rules, "source test", intake, [this](const Position& at) { return at.partition != given_up; })} {
    away = false;
    most_fetching = 0;
  }

  Record claim(const std::string& name, std::int64_t offset, std::int32_t partition = 0) {
    return claim_record(server->url("/" + name), object(name), offset, partition);
  }
  static Record plain(std::int64_t offset, std::int32_t partition = 0) {
    Record record{Bytes::of("value")};
    record.position = {"frames", partition, offset};
    return record;
  }
  // As a source would; false if they are not all taken in time.
  bool give(std::vector<Record> records) {
    const auto end = Clock::now() + 20s;
    for (Record& record : records)
      while (claim_queue->admit(record) == Admission::Full) {
        if (Clock::now() > end) return false;
        claim_queue->wait(5ms);
      }
    return true;
  }
  bool finish() {
    for (const auto end = Clock::now() + 20s; !claim_queue->empty() && Clock::now() < end;) {
      claim_queue->serve();
      std::this_thread::sleep_for(1ms);
    }
    return claim_queue->empty();
  }
  std::vector<std::int64_t> offsets(std::int32_t partition = 0) const {
    std::vector<std::int64_t> all;
    for (const Record& record : intake.records)
      if (record.position.partition == partition) all.push_back(record.position.offset);
    return all;
  }

  static std::unique_ptr<WebServer> server;
  static std::atomic<bool> away;
  static std::atomic<int> fetching, most_fetching;
  FakeIntake intake;
  ClaimCheck rules;
  std::int32_t given_up = -1;
  std::unique_ptr<ClaimQueue> claim_queue;
};
std::unique_ptr<WebServer> ClaimQueueTest::server;
std::atomic<bool> ClaimQueueTest::away{false};
std::atomic<int> ClaimQueueTest::fetching{0}, ClaimQueueTest::most_fetching{0};

TEST_F(ClaimQueueTest, RecordsWithoutClaimsPass) {
  ASSERT_TRUE(give({plain(0), plain(1)}));
  EXPECT_EQ(offsets(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_FALSE(intake.records[0].claimed);
}

TEST_F(ClaimQueueTest, AClaimIsAdmittedWithItsBytesKeyAndHeaders) {
  ASSERT_TRUE(give({claim("0a", 0)}));
  ASSERT_TRUE(finish());
  ASSERT_EQ(intake.records.size(), 1u);
  EXPECT_EQ(intake.records[0].value.text(), std::string(60, 'a'));
  EXPECT_TRUE(intake.records[0].claimed);
  EXPECT_EQ(intake.records[0].key, "key");
  EXPECT_TRUE(intake.records[0].header("ce_dataref"));
  EXPECT_EQ(intake.reserved_bytes, 0);
}

TEST_F(ClaimQueueTest, ThePartitionsOrderStaysAndOthersPass) {
  ASSERT_TRUE(give({claim("300a", 0), plain(0, 1), plain(1, 1)}));
  EXPECT_TRUE(offsets().empty());
  EXPECT_EQ(offsets(1), (std::vector<std::int64_t>{0, 1})) << "the other partition does not wait";
  ASSERT_TRUE(give({claim("0b", 1), plain(2), claim("50c", 3), claim("missingd", 4), plain(5)}));
  ASSERT_TRUE(finish());
  EXPECT_EQ(offsets(), (std::vector<std::int64_t>{0, 1, 2, 3, 5}));
  ASSERT_EQ(intake.refused.size(), 1u);
  EXPECT_EQ(intake.refused[0].first.position.offset, 4);
  EXPECT_EQ(intake.refused[0].second.reason, "claim_not_found");
  EXPECT_TRUE(intake.refused[0].first.value.empty());
  EXPECT_EQ(intake.reserved_bytes, 0);
}

TEST_F(ClaimQueueTest, SeveralAreFetchedAtTheSameTime) {
  std::vector<Record> records;
  for (int i = 0; i < 8; ++i) records.push_back(claim("300x", i));
  ASSERT_TRUE(give(std::move(records)));
  ASSERT_TRUE(finish());
  EXPECT_EQ(offsets().size(), 8u);
  EXPECT_GE(most_fetching, 2);
  EXPECT_LE(most_fetching, rules.parallel);
}

TEST_F(ClaimQueueTest, NoMoreIsFetchedThanTheMemoryHolds) {
  intake.memory = 130;  // two objects
  std::atomic<std::int64_t> most{0};
  std::jthread watching{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) most = std::max(most.load(), intake.reserved_bytes.load());
  }};
  std::vector<Record> records;
  for (int i = 0; i < 20; ++i) {
    records.push_back(claim(i % 3 == 0 ? "20x" : "0x", i, i % 4));  // later ones come first
    if (i % 5 == 4) records.push_back(plain(i + 100, i % 4));
  }
  ASSERT_TRUE(give(std::move(records))) << "nothing waits for itself";
  ASSERT_TRUE(finish());
  EXPECT_EQ(intake.records.size(), 24u);
  EXPECT_LE(most, 130);
  EXPECT_EQ(intake.reserved_bytes, 0);
}

TEST_F(ClaimQueueTest, WhatIsAwayHoldsItsPartitionAndIsTriedAgain) {
  away = true;
  ASSERT_TRUE(give({claim("awaya", 0), claim("0b", 1), claim("0c", 0, 1)}));
  const auto end = Clock::now() + 10s;
  while (rules.failing == 0 && Clock::now() < end) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(rules.failing, 1) << "the source is not ready";
  std::this_thread::sleep_for(200ms);
  claim_queue->serve();
  EXPECT_TRUE(offsets().empty());
  EXPECT_EQ(offsets(1).size(), 1u);
  away = false;
  ASSERT_TRUE(finish());
  EXPECT_EQ(offsets(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(rules.failing, 0);
  EXPECT_TRUE(intake.refused.empty());
}

TEST_F(ClaimQueueTest, AFullGraphIsWaitedFor) {
  bool full = true;
  intake.full = [&] { return full; };
  ASSERT_TRUE(give({claim("0a", 0), claim("missingb", 1)}));
  std::this_thread::sleep_for(200ms);
  claim_queue->serve();
  EXPECT_FALSE(claim_queue->empty());
  full = false;
  ASSERT_TRUE(finish());
  EXPECT_EQ(intake.records.size(), 1u);
  EXPECT_EQ(intake.refused.size(), 1u);
}

TEST_F(ClaimQueueTest, APartitionThatIsGivenUpIsForgotten) {
  away = true;
  ASSERT_TRUE(give({claim("awaya", 0), claim("0b", 1), claim("0c", 0, 1)}));
  given_up = 0;
  ASSERT_TRUE(finish());
  EXPECT_TRUE(offsets(0).empty());
  EXPECT_EQ(offsets(1).size(), 1u);
  claim_queue.reset();
  EXPECT_EQ(intake.reserved_bytes, 0);
}

TEST_F(ClaimQueueTest, EndsAtOnceThoughTheServerIsAway) {
  away = true;
  ASSERT_TRUE(give({claim("awaya", 0), claim("0b", 1)}));
  std::this_thread::sleep_for(100ms);
  const auto begin = Clock::now();
  claim_queue.reset();
  EXPECT_LT(Clock::now() - begin, 2s);
  EXPECT_TRUE(intake.records.empty());
  EXPECT_EQ(intake.reserved_bytes, 0);
  EXPECT_EQ(rules.failing, 0);
}

}  // namespace
}  // namespace radflow
