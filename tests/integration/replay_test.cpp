// radflow replay on a real broker, by the program: what was read once is sent through the graph again.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/replay.hpp"

namespace radflow::replaying {
namespace {

using cli::Ran;
using testing::HasSubstr;
using testing::Not;

TEST_F(Replay, OfARangeGivesTheSameBytesAsTheFirstRunAndCommitsNothing) {
  delivery = "exactly_once";
  write();
  broker().produce(in, frames(300, 32));
  ASSERT_EQ(run().code, 3);
  const auto committed = broker().committed(in, in);
  const auto ends = broker().ends(in);

  const std::string again = broker().make_topic("again", 2);
  std::string ranges;
  for (const auto& [partition, end] : ends)
    ranges += fmt::format(" --range {}:{}:0-{}", in, partition, end - 1);
  const Ran all = replay("--set sinks.kafka.topic=" + again + ranges);
  EXPECT_EQ(all.code, 3) << all.out;
  EXPECT_THAT(all.out, HasSubstr("300 records, 240 results, 60 dead letters"));
  EXPECT_EQ(results(out).size(), 240u);
  EXPECT_EQ(results(again), results(out));
  EXPECT_EQ(broker().committed(in, in), committed);

  // Both ends of a range belong to it; a file is written anew each time.
  const std::string file = folder.path("some.ndjson");
  for (int time = 0; time < 2; ++time) {
    const Ran some = replay(fmt::format("--range {0}:1:7-9 --range {0}:2:3 --output {1}", in, file));
    EXPECT_THAT(some.out, HasSubstr("4 records, "));
  }
  EXPECT_EQ(std::ranges::count(folder.read("some.ndjson"), '\n') +
                std::ranges::count(folder.read("some.errors.ndjson"), '\n'),
            4);
  EXPECT_EQ(results(again).size(), 240u);
}

TEST_F(Replay, OfDeadLettersGivesWhatTheRepairedGraphWouldHaveGivenAtOnce) {
  broker().produce(in, frames(100, 32));
  // Of the hundred, 20 are cut off; the others are more than this allows.
  const Ran broken = run("--set nodes.decode.max_pixels=100");
  ASSERT_EQ(broken.code, 3) << broken.out;
  ASSERT_EQ(broker().read_all(dead).size(), 100u);
  const std::string whole = broker().make_topic("whole", 2), letters = broker().make_topic("letters");
  ASSERT_EQ(run(fmt::format("--set sources.kafka.group=other --set sinks.kafka.topic={} --set "
                            "sinks.errors.topic={}",
                            whole, letters))
                .code,
            3);

  const Ran dry = replay("--dry-run");
  EXPECT_EQ(dry.code, 0) << dry.out;
  EXPECT_THAT(dry.out, HasSubstr("100 records would be replayed"));
  EXPECT_TRUE(results(out).empty());
  const Ran none = replay("--dry-run --node other");
  EXPECT_THAT(none.out, HasSubstr("0 records would be replayed"));
  EXPECT_THAT(none.out, HasSubstr("left out: 100 dead letters by --reason or --node"));

  const Ran first = replay();
  EXPECT_EQ(first.code, 3) << first.out;
  EXPECT_THAT(first.out, HasSubstr("100 records, 80 results, 20 dead letters"));
  EXPECT_EQ(results(out), results(whole));
  EXPECT_EQ(results(out).size(), 80u);
  EXPECT_EQ(broker().read_all(dead).size(), 120u) << "and it read none of its own";

  // What failed again is what came since then; each record is replayed once, however often it failed.
  const Ran since = replay("--dry-run");
  EXPECT_THAT(since.out, HasSubstr("20 records would be replayed"));
  EXPECT_THAT(since.out, HasSubstr("left out: 100 dead letters that an earlier replay has settled"));
  const Ran filtered = replay("--again --dry-run --reason truncated --reason other --node decode");
  EXPECT_THAT(filtered.out, HasSubstr("20 records would be replayed"));
  EXPECT_THAT(filtered.out, HasSubstr("left out: 100 dead letters by --reason or --node"));
  const Ran slip = replay("--dry-run --reason truncted");
  EXPECT_EQ(slip.code, 2) << slip.out;
  EXPECT_THAT(slip.out, HasSubstr("no dead letter has the reason 'truncted'; did you mean 'truncated'?"));
  const Ran all = replay("--again --dry-run");
  EXPECT_THAT(all.out, HasSubstr("100 records would be replayed"));
  EXPECT_THAT(all.out, HasSubstr("left out: 20 records that came again"));

  // A second replay sends nothing twice.
  const Ran second = replay();
  EXPECT_THAT(second.out, HasSubstr("20 records, 0 results, 20 dead letters"));
  EXPECT_EQ(results(out).size(), 80u);
}

TEST_F(Replay, SettlesWhatItSentAndNothingElse) {
  broker().produce(in, frames(100, 32), 0);
  ASSERT_EQ(run("--set nodes.decode.max_pixels=100").code, 3);
  const auto would_be = [&](int count) {
    const std::string out = replay("--dry-run").out;
    EXPECT_THAT(out, HasSubstr(fmt::format("{} records would be replayed", count)));
  };
  EXPECT_THAT(replay("--output " + folder.path("tried.ndjson")).out, HasSubstr("100 records, 80 results"));
  would_be(100);
  // A part, before which letters stand that nobody asked for.
  const Ran part = replay(fmt::format("--range {}:0:40-59", dead));
  EXPECT_THAT(part.out, HasSubstr("20 records, "));
  const int failed = static_cast<int>(broker().read_all(dead).size()) - 100;  // dead letters are in no order
  EXPECT_GT(failed, 0);
  would_be(80 + failed);
  // By their reason only those that are new.
  const Ran some = replay("--reason truncated");
  EXPECT_THAT(some.out, HasSubstr(fmt::format("{0} records, 0 results, {0} dead letters", failed)));
  would_be(80 + failed);
  const Ran rest = replay();
  EXPECT_THAT(rest.out,
              HasSubstr(fmt::format("{} records, {} results, 20 dead letters", 80 + failed, 60 + failed)));
  EXPECT_EQ(results(out).size(), 80u) << "each once";
  would_be(20);
  EXPECT_THAT(replay("--again").out, HasSubstr("100 records, 80 results, 20 dead letters"));
}

TEST_F(Replay, SaysThatTheGroupWhichKeepsWhatIsSettledMayNotBeRead) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER's rules are not ours to change";
  broker().produce(in, frames(5, 32), 0);
  ASSERT_EQ(run("--set nodes.decode.max_pixels=100").code, 3);
  broker().deny(RD_KAFKA_RESOURCE_GROUP, "replayed.replay", RD_KAFKA_ACL_OPERATION_READ);
  const Ran refused = replay();
  EXPECT_EQ(refused.code, 1) << refused.out;
  EXPECT_THAT(refused.out, HasSubstr("does not allow Read on group 'replayed.replay'"));
  EXPECT_TRUE(results(out).empty());
  const Ran all = replay("--again");
  EXPECT_THAT(all.out, HasSubstr("5 records, 4 results, 1 dead letter"));
  EXPECT_THAT(all.out, HasSubstr("what it sends is not settled"));
  broker().allow(RD_KAFKA_RESOURCE_GROUP, "replayed.replay");
}

TEST_F(Replay, TakesAFreePortBesideARunningGraphUnlessOneIsAskedFor) {
  broker().produce(in, frames(5, 32), 0);
  const int door = socket(AF_INET, SOCK_STREAM, 0);  // in place of the graph that runs
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(door, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(door, 1), 0);
  ASSERT_EQ(getsockname(door, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string taken = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  folder.write("graph.yaml", folder.read("graph.yaml") + "http: {listen: '" + taken + "'}\n");
  const std::string command = "replay " + folder.path("graph.yaml") + " --range " + in + ":0:0-4";
  const Ran beside = cli::run_program(command + " 2>&1");
  EXPECT_EQ(beside.code, 3) << beside.out;
  EXPECT_THAT(beside.out, HasSubstr("5 records, 4 results, 1 dead letter"));
  const Ran asked = cli::run_program(command + " --set http.listen=" + taken + " 2>&1");
  EXPECT_EQ(asked.code, 2) << asked.out;
  close(door);
}

TEST_F(Replay, LeavesOtherGraphsDeadLettersAlone) {
  broker().produce(in, frames(10, 32));
  ASSERT_EQ(run("--set graph=somebody-elses").code, 3);
  const Ran ran = replay();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("0 records, "));
  EXPECT_THAT(ran.out, HasSubstr("left out: 2 dead letters of the graph 'somebody-elses'"));
  EXPECT_EQ(broker().read_all(dead).size(), 2u);
}

TEST_F(Replay, RefusesARangeThatIsNotThere) {
  broker().produce(in, frames(10, 32), 0);
  const auto refused = [&](const std::string& range) {
    const Ran ran = replay("--range " + range);
    EXPECT_EQ(ran.code, 2) << ran.out;
    EXPECT_THAT(ran.out, Not(HasSubstr("records, ")));
    return ran.out;
  };
  EXPECT_THAT(refused(in + ":0:5-10"), HasSubstr("holds offsets from 0 to 9; ask for " + in + ":0:5-9"));
  EXPECT_THAT(refused(in + ":0:10"), HasSubstr("holds offsets from 0 to 9"));
  EXPECT_THAT(refused(in + ":1:0"), HasSubstr("the partition is empty"));
  EXPECT_THAT(refused(in + ":7:0"), HasSubstr("the topic has 3 partitions"));
  EXPECT_THAT(refused(in + ":0"), HasSubstr("is not of the form TOPIC:PARTITION:FROM-TO"));
  const Ran nowhere = replay("--range nowhere:0:1");
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_THAT(nowhere.out, HasSubstr("topic 'nowhere' does not exist"));
}

}  // namespace
}  // namespace radflow::replaying
