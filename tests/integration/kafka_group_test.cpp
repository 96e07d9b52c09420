// Members of a consumer group that come and go while records are in flight.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "tests/comes_true.hpp"
#include "tests/integration/member.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;

class KafkaGroup : public OnRealBroker, public testing::WithParamInterface<const char*> {
 protected:
  BuildInfo info() {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", broker().servers()},
                       {"partition.assignment.strategy", GetParam()}};
    return info;
  }
  std::string fill(int partitions, int each) {
    const std::string topic = broker().make_topic("group", partitions);
    std::vector<Record> records(static_cast<std::size_t>(each), Record{Bytes::of("x")});
    for (int p = 0; p < partitions; ++p) broker().produce(topic, records, p);
    return topic;
  }
  std::int64_t committed(const std::string& topic) {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : broker().committed(topic, topic)) sum += offset;
    return sum;
  }
};

TEST_P(KafkaGroup, AMemberThatJoinsAndOneThatLeavesLoseNothingAndRepeatLittle) {
  constexpr int partitions = 4, each = 6000;
  const std::string topic = fill(partitions, each);
  const std::string yaml = "kafka: {topic: " + topic + ", group: " + topic + "}";
  Processed processed;
  {
    Member stays{yaml, info(), processed};
    {
      Member first{yaml, info(), processed};
      ASSERT_TRUE(comes_true(30s, [&] { return processed.count() > 500; }));
      Member late{yaml, info(), processed};
      ASSERT_TRUE(comes_true(30s, [&] { return !late.source().partitions().empty(); }));
      const std::size_t now = processed.count();
      ASSERT_TRUE(comes_true(30s, [&] { return processed.count() > now + 300; }));
    }  // two leave, with records in flight
    ASSERT_TRUE(comes_true(60s, [&] { return committed(topic) == partitions * each; }))
        << committed(topic) << " committed";
  }
  std::map<std::pair<std::int32_t, std::int64_t>, int> seen;
  for (const Position& position : processed.positions) ++seen[{position.partition, position.offset}];
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(partitions * each)) << "lost";
  const std::size_t repeated = processed.positions.size() - seen.size();
  // Eager: what was in flight at a revocation and did not end within its second; at most the cap, for each of
  // three members and four rebalances. Cooperative: see group_member.hpp; a second's worth if a commit meets
  // a rebalance.
  const bool eager = std::string{GetParam()} == "range";
  EXPECT_LE(repeated, eager ? Member::most_in_flight * 12 : partitions * each / 3);
  RecordProperty("repeated", static_cast<int>(repeated));
}

TEST_P(KafkaGroup, ARestartGoesOnAtTheFrontier) {
  const std::string topic = fill(2, 300);
  const std::string yaml = "kafka: {topic: " + topic + ", group: " + topic + "}";
  Processed processed;
  for (int run = 1; run <= 3; ++run) {
    const Member member{yaml, info(), processed};
    const std::size_t before = processed.count();
    ASSERT_TRUE(
        comes_true(30s, [&] { return processed.count() >= std::min<std::size_t>(before + 150, 600); }));
  }
  {
    const Member last{yaml, info(), processed};
    ASSERT_TRUE(comes_true(30s, [&] { return committed(topic) == 600; }));
  }
  EXPECT_EQ(processed.count(), 600u) << "members that leave in order repeat nothing";
}

TEST_P(KafkaGroup, AnEmptyAssignmentIsReady) {
  const std::string topic = fill(1, 1);
  const std::string yaml = "kafka: {topic: " + topic + ", group: " + topic + "}";
  Processed processed;
  Member one{yaml, info(), processed};
  EXPECT_TRUE(comes_true(30s, [&] { return one.source().ready(); }));
  Member two{yaml, info(), processed};
  EXPECT_TRUE(comes_true(30s, [&] { return two.source().ready(); }));
  EXPECT_TRUE(comes_true(
      30s, [&] { return one.source().partitions().size() + two.source().partitions().size() == 1; }));
  // Lag: everything was read, the end is known, and the frontier stands there.
  EXPECT_TRUE(comes_true(30s, [&] {
    for (Member* member : {&one, &two})
      for (const PartitionStatus& partition : member->source().partitions())
        if (partition.frontier == 1 && partition.end == 1 && partition.pending == 0) return true;
    return false;
  }));
}

// It cannot enter the graph while the partitions are given up.
TEST_P(KafkaGroup, ARecordInHandIsNotWaitedForWhenPartitionsAreGivenUp) {
  const std::string topic = fill(2, 100);
  const std::string yaml = "kafka: {topic: " + topic + ", group: " + topic + "}";
  const auto full = make_source(yaml, info());
  FakeIntake intake;
  std::atomic<int> asked = 0;
  intake.full = [&] {
    std::this_thread::sleep_for(10ms);
    return ++asked > 0;
  };
  std::jthread reader{[&] { full->run(intake, intake.stop.get_token()); }};
  ASSERT_TRUE(comes_true(30s, [&] { return asked > 150; }));  // polls, and has a record in hand
  Processed processed;
  Member late{yaml, info(), processed};
  const auto joined = std::chrono::steady_clock::now();
  EXPECT_TRUE(comes_true(30s, [&] { return processed.count() > 0; }));
  EXPECT_LT(std::chrono::steady_clock::now() - joined, 5s);
  intake.stop.request_stop();
  reader.join();
  full->finish(10s);
}

INSTANTIATE_TEST_SUITE_P(, KafkaGroup, testing::Values("cooperative-sticky", "range"), [](const auto& info) {
  return std::string{info.param} == "range" ? "eager" : "cooperative";
});

}  // namespace
}  // namespace radflow
