// What librdkafka's mock cluster can be told to do to a member of a group, and a real broker only by chance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "connectors/kafka/group/frontier_commits.hpp"
#include "connectors/kafka/group/group_reader.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"
#include "tests/comes_true.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/member.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

// Of the protocol: https://kafka.apache.org/protocol#protocol_api_keys
constexpr std::int16_t offset_commit = 8, sync_group = 14;

class GroupMemberTest : public testing::Test {
 protected:
  GroupMemberTest() {
    broker_.make_topic("frames", 1);
    info_.properties = {{"bootstrap.servers", broker_.servers()},
                        {"session.timeout.ms", "6000"},
                        {"heartbeat.interval.ms", "500"}};
  }
  void send(int count) {
    BuildInfo info{.graph = "test", .name = "producer"};
    info.properties = {{"bootstrap.servers", broker_.servers()}};
    const auto sink = make_sink("kafka: {topic: frames}", info);
    for (int i = 0; i < count; ++i)
      sink->submit(Payload::of(Record{Bytes::of("x")}), context_, [](auto error) { EXPECT_FALSE(error); });
    ASSERT_TRUE(sink->flush(20s));
  }

  MockBroker broker_;
  const FakeContext context_;
  BuildInfo info_{.graph = "test", .name = "test"};
};

TEST_F(GroupMemberTest, AStaticMemberWhoseOwnCommitFencedItJoinsAnew) {
  info_.properties.emplace_back("group.instance.id", "one");
  send(100);
  Heard heard;
  Processed processed;
  Member member{"kafka: {topic: frames}", info_, processed};
  ASSERT_TRUE(comes_true(30s, [&] { return processed.count() > 10; }));
  rd_kafka_mock_broker_set_down(broker_.get(), 1);  // with something done and not yet committed
  ASSERT_TRUE(heard.within(20s, "loses 1 partitions before all that is done was committed")) << heard.all();
  rd_kafka_mock_push_request_errors(broker_.get(), offset_commit, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
  rd_kafka_mock_broker_set_up(broker_.get(), 1);
  EXPECT_TRUE(heard.within(20s, "joining anew")) << heard.all();
  EXPECT_TRUE(comes_true(30s, [&] {
    const auto partitions = member.source().partitions();
    return partitions.size() == 1 && partitions[0].frontier == 100 && partitions[0].pending == 0;
  }));
}

TEST_F(GroupMemberTest, AStaticMemberThatAnotherTakesThePlaceOfStopsAndSaysSo) {
  info_.properties.emplace_back("group.instance.id", "one");
  send(100);
  const auto source = make_source("kafka: {topic: frames}", info_);
  rd_kafka_mock_push_request_errors(broker_.get(), offset_commit, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
  std::string why;
  try {
    read_all(*source);
  } catch (const std::runtime_error& e) {
    why = e.what();
  }
  EXPECT_THAT(why, testing::HasSubstr("; check group.instance.id: each process of a group needs its own"));
}

// Connected, with a partition, and nothing comes of it: it has no leader.
TEST_F(GroupMemberTest, ASourceThatHearsNothingOfItsPartitionSaysSo) {
  rd_kafka_mock_partition_set_leader(broker_.get(), "frames", 0, -1);
  Processed processed;
  Member member{"kafka: {topic: frames}", info_, processed};
  EXPECT_TRUE(comes_true(30s, [&] {
    return member.source().not_ready().starts_with(
        "nothing is heard of frames:0, neither a record nor its end, since it was assigned 1");
  })) << member.source().not_ready();
  rd_kafka_mock_partition_set_leader(broker_.get(), "frames", 0, 1);
  EXPECT_TRUE(comes_true(30s, [&] { return member.source().ready(); })) << member.source().not_ready();
}

// While the graph drains nothing is caught up with any more, and an exception of that thread would end the process.
TEST_F(GroupMemberTest, AMissingTopicEndsOneThatCatchesUpButNotWhileItDrains) {
  rd_kafka_mock_topic_set_error(broker_.get(), "gone", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  SourceParams params;
  params.topic = "gone";
  params.until_caught_up = true;
  for (const bool draining : {false, true}) {
    Assignment assignment{"test"};
    FrontierCommits delivery{assignment, params.max_uncommitted};
    GroupReader reader{params, info_, assignment, delivery};
    reader.subscribe();
    if (draining) reader.drain();
    Heard heard;
    const auto poll = [&] {
      reader.poll(100ms);
      return heard.within(0ms, "topic 'gone' does not exist");
    };
    if (draining)
      EXPECT_TRUE(comes_true(20s, poll)) << heard.all();
    else
      EXPECT_THROW(comes_true(20s, poll), std::runtime_error) << heard.all();
  }
}

// librdkafka 2.0.2 would end the process by an assertion.
TEST_F(GroupMemberTest, AMemberThatJoinedAndWasGivenNothingEndsInOrder) {
  rd_kafka_resp_err_t errors[200];
  std::fill(std::begin(errors), std::end(errors), RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS);
  rd_kafka_mock_push_request_errors_array(broker_.get(), sync_group, std::size(errors), errors);
  Processed processed;
  {
    Member member{"kafka: {topic: frames}", info_, processed};
    std::this_thread::sleep_for(5s);  // the mock cluster answers a first join after 3
    EXPECT_FALSE(member.source().ready());
  }
}

}  // namespace
}  // namespace radflow::kafka
