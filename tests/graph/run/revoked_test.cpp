// What waits for its turn or is still computed when its partition is given up is not sent: its new owner
// sends it.
#include <gmock/gmock.h>

#include "tests/graph/test_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;

// Records of partition 0 and 1 in turn, with a key for each partition.
std::vector<Record> of_two_partitions(int count) {
  std::vector<Record> made = records(count);
  for (Record& record : made) {
    record.position.partition = static_cast<std::int32_t>(record.position.offset % 2);
    record.key = "key" + std::to_string(record.position.partition);
  }
  return made;
}

// Keeps the first record of each partition until it may go on; the others pass and wait behind it.
class Revoked : public ::testing::Test {
 protected:
  Function gate() {
    return [this](auto in, const Context&) {
      const std::int64_t at = number(in[0]);
      ++arrived;
      while (at < 2 && !go) std::this_thread::yield();
      return value(at);
    };
  }
  void revoke_while_all_wait(std::size_t of_each) {
    graph.plan.workers = 3;
    graph.start();
    while (arrived < 2 * of_each) std::this_thread::yield();
    graph.script->given_up = 0;
    go = true;
    EXPECT_TRUE(graph.pipeline->wait()) << graph.pipeline->failure().value_or("not all ended");
    const PipelineStats stats = graph.pipeline->stats();
    EXPECT_EQ(stats.records_revoked, of_each);
    EXPECT_EQ(stats.records_delivered + stats.records_failed, of_each);
    EXPECT_EQ(stats.records_abandoned, 0u) << "no defect";
    EXPECT_EQ(stats.records_in_flight, 0);
    EXPECT_EQ(stats.bytes_in_flight, 0);
    EXPECT_EQ(graph.done().size(), 2 * of_each) << "the source knows what to make of it";
  }
  std::vector<std::int64_t> offsets(const std::string& sink) {
    std::vector<std::int64_t> all;
    for (const auto& kept : graph.kept(sink)) all.push_back(kept.offset);
    return all;
  }
  TestGraph graph;
  std::atomic<bool> go{false};
  std::atomic<std::size_t> arrived{0};
};

TEST_F(Revoked, IsNotSentAndWhatIsHeldIsSentInOrder) {
  graph.source(of_two_partitions(10)).node("a", {""}, offset).node("gate", {"a"}, gate());
  graph.sink("out", {"gate"}, Order::Key);
  revoke_while_all_wait(5);
  EXPECT_THAT(offsets("out"), ElementsAre(1, 3, 5, 7, 9));
}

TEST_F(Revoked, WritesNoDeadLetterEither) {
  graph.source(of_two_partitions(2)).node("a", {""}, offset).node("gate", {"a"}, gate());
  graph.node("fails", {"gate"}, [](auto, const Context&) { return failed("bad"); });
  graph.sink("out", {"fails"}, Order::Key).errors();
  revoke_while_all_wait(1);
  EXPECT_THAT(offsets("errors"), ElementsAre(1));
}

}  // namespace
}  // namespace radflow::testing
