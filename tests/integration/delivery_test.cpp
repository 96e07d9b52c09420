// Whole graphs on a real broker, run by the program: what arrives, and what is committed, when something goes
// wrong. Numbered frames and their count are the ledger's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "cli/command.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/ledger/graph.hpp"
#include "tests/ledger/numbered_producer.hpp"
#include "tests/paths.hpp"

namespace radflow::ledger {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Delivery : public OnRealBroker {
 protected:
  void SetUp() override {
    OnRealBroker::SetUp();
    if (IsSkipped()) return;
    make_topics();
  }

  void make_topics(const std::map<std::string, std::string>& results_config = {}) {
    topics.frames = broker().make_topic("frames", 3);
    topics.results = broker().make_topic("results", 3, results_config);
    topics.dead_letters = broker().make_topic("dead-letters");
    folder.write("graph.yaml", graph(broker().servers(), topics));
  }

  std::string log() const { return folder.path() + "/log"; }

  std::unique_ptr<Process> start(const std::vector<std::string>& more = {},
                                 const char* program = radflow_program) {
    std::vector<std::string> command{program, "run", folder.path("graph.yaml")};
    command.insert(command.end(), more.begin(), more.end());
    return std::make_unique<Process>(command, log());
  }

  void send(std::uint64_t from, std::uint64_t to) {
    std::vector<Record> records;
    for (std::uint64_t n = from; n < to; ++n) records.push_back(frames.record(n));
    broker().produce(topics.frames, records);
  }

  bool committed_to_the_end() { return ledger::committed_to_the_end(broker(), topics); }
  bool wait_until_committed(std::chrono::seconds longest = 60s) {
    return comes_true(longest, [&] { return committed_to_the_end(); });
  }

  Counts count(Verify::What what) { return ledger::count(broker(), frames, what, topics); }
  // Each result and each dead letter is there once, in order.
  void expect_all_once() {
    for (const auto what : {Verify::What::Results, Verify::What::DeadLetters}) {
      const Counts counts = count(what);
      EXPECT_EQ(counts, (Counts{.expected = counts.expected, .found = counts.expected}));
    }
  }
  void stop(Process& process) {
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(60s), static_cast<int>(cli::exit_ok)) << process.said();
  }

  TemporaryFolder folder;
  Topics topics;
  Frames frames{3, 600, 20};
};

TEST_F(Delivery, CommitsTheFrontierAndCatchesUpOnce) {
  send(0, frames.count());
  const auto first = start({"--until-caught-up"});
  EXPECT_EQ(first->wait(90s), static_cast<int>(cli::exit_dead_letters)) << first->said();
  EXPECT_TRUE(committed_to_the_end());
  expect_all_once();

  const auto second = start({"--until-caught-up"});
  EXPECT_EQ(second->wait(90s), static_cast<int>(cli::exit_ok)) << second->said();
  EXPECT_TRUE(committed_to_the_end());
  expect_all_once();
}

TEST_F(Delivery, WaitsForABrokerThatIsDownAtTheStart) {
  if (!broker().own()) GTEST_SKIP() << "stops the broker: unset RADFLOW_BROKER";
  send(0, frames.count());
  broker().stop();
  const auto process = start();
  EXPECT_FALSE(process->wait(4s)) << process->said();
  EXPECT_THAT(process->said(), testing::HasSubstr("cannot reach Kafka"));
  broker().start();
  EXPECT_TRUE(wait_until_committed()) << process->said();
  stop(*process);
  EXPECT_TRUE(committed_to_the_end());
  expect_all_once();
}

TEST_F(Delivery, LosesNothingWhenTheBrokerIsKilledUnderLoad) {
  if (!broker().own()) GTEST_SKIP() << "kills the broker: unset RADFLOW_BROKER";
  frames = {4, 5000, 50};
  const auto process = start();
  {
    const NumberedProducer producer{frames, broker().servers(), topics.frames, 8s};
    std::this_thread::sleep_for(4s);
    broker().kill();
    std::this_thread::sleep_for(1s);
    broker().start();
    comes_true(90s, [&] { return producer.ended(); });
    ASSERT_TRUE(producer.done()) << producer.failure();
  }
  EXPECT_TRUE(wait_until_committed()) << process->said();
  stop(*process);
  for (const auto what : {Verify::What::Results, Verify::What::DeadLetters}) {
    const Counts counts = count(what);
    EXPECT_EQ(counts.lost, 0u);
    EXPECT_EQ(counts.reordered, 0u);
    EXPECT_EQ(counts.wrong, 0u);
    EXPECT_LE(counts.repeated_records, 4000u) << "what was not committed: max_uncommitted";
  }
}

TEST_F(Delivery, GoesOnWithATopicThatIsMadeAgain) {
  send(0, 400);
  const auto process = start();
  EXPECT_TRUE(wait_until_committed()) << process->said();
  broker().delete_topic(topics.frames);
  std::this_thread::sleep_for(2s);
  broker().make_topic_named(topics.frames, 3);
  send(400, frames.count());  // fewer than before: the offsets go back
  const auto end = Clock::now() + 60s;
  while (count(Verify::What::Results).lost > 0 && Clock::now() < end) std::this_thread::sleep_for(300ms);
  EXPECT_TRUE(wait_until_committed()) << process->said();
  stop(*process);
  expect_all_once();
}

TEST_F(Delivery, RepeatsNothingWhenProcessesJoinAndLeave) {
  frames = {5, 6000, 50};
  std::vector<std::unique_ptr<Process>> processes;
  processes.push_back(start());
  const NumberedProducer producer{frames, broker().servers(), topics.frames, 12s};
  for (int i = 0; i < 2; ++i) {
    std::this_thread::sleep_for(3s);
    processes.push_back(start());
  }
  std::this_thread::sleep_for(3s);
  stop(*processes[0]);
  comes_true(60s, [&] { return producer.ended(); });
  EXPECT_TRUE(wait_until_committed()) << processes[1]->said();
  for (std::size_t i = 1; i < processes.size(); ++i) {
    processes[i]->signal(SIGTERM);
    EXPECT_TRUE(processes[i]->wait(60s));
  }
  EXPECT_TRUE(committed_to_the_end());
  expect_all_once();
}

// One record at a time, which takes longer than the second after which a source that waits for room pauses: the next
// one is in hand when the group changes. It cannot enter while partitions are given up, so nobody may wait for it.
// Waiting for as long as for records that are computed, 5 s, would be that long a silence of the whole group.
TEST_F(Delivery, ARecordInHandKeepsNoRebalanceWaiting) {
  make_topics({{"message.timestamp.type", "LogAppendTime"}});
  std::string text = graph(broker().servers(), topics, {.max_uncommitted = 1});
  const std::string decode = "  - decode:\n";
  ASSERT_EQ(text.find(decode), text.rfind(decode));
  text.insert(text.find(decode), "  - slow: {each: 1200ms}\n    concurrency: 1\n");
  folder.write("graph.yaml", text);
  frames = {6, 40, 6};
  send(0, frames.count());
  // Every member gives all of its partitions up, so that of the record in hand is among them.
  const std::vector<std::string> eager{"--set", "kafka.partition.assignment.strategy=range"};
  Silence silence;
  const auto now = [] {
    return std::chrono::duration_cast<Silence::Ms>(std::chrono::system_clock::now().time_since_epoch());
  };
  for (std::uint64_t n = 0; n < frames.count(); ++n) silence.frame(n, now());
  const auto found = [&] { return count(Verify::What::Results).found; };
  const auto first = start(eager, crash_program);
  ASSERT_TRUE(comes_true(30s, [&] { return found() > 3; })) << first->said();
  // In the moments after a record has entered nothing is in hand: so the group changes several times.
  for (int i = 0; i < 2; ++i) {
    silence.done(Act::Start, now());
    const auto second = start(eager, crash_program);
    auto before = found();
    EXPECT_TRUE(comes_true(30s, [&] { return second->said().find("takes ") != std::string::npos; }));
    EXPECT_TRUE(comes_true(30s, [&] { return found() > before + 5; })) << second->said();
    silence.done(Act::Terminate, now());
    second->signal(SIGTERM);
    EXPECT_EQ(second->wait(60s), static_cast<int>(cli::exit_ok)) << second->said();
    before = found();
    EXPECT_TRUE(comes_true(30s, [&] { return found() > before + 2; })) << first->said();
  }
  EXPECT_LT(found(), count(Verify::What::Results).expected) << "the rebalances were to come under load";
  EXPECT_TRUE(wait_until_committed()) << first->said();
  stop(*first);
  expect_all_once();

  std::map<Silence::Ms, std::uint64_t> results;  // What came of the whole group, by time.
  broker().read(topics.results, [&](const Record& record) {
    const auto values = nlohmann::json::parse(record.value.text()).at("values").get<std::vector<double>>();
    results[Silence::Ms{record.timestamp_ms}] = number_in(values);
  });
  for (const auto& [at, n] : results) silence.result(0, n, at);
  ASSERT_TRUE(silence.longest().contains("a rebalance"));
  RecordProperty("silence_ms", static_cast<int>(silence.most().count()));
  EXPECT_LT(silence.most(), 4500ms);
}

TEST_F(Delivery, MakesADeadLetterOfAResultThatTheTopicDoesNotTake) {
  make_topics({{"max.message.bytes", "1000"}});  // a result of 64 values takes more
  send(0, frames.count());
  const auto process = start({"--until-caught-up"});
  EXPECT_EQ(process->wait(90s), static_cast<int>(cli::exit_dead_letters)) << process->said();
  EXPECT_TRUE(committed_to_the_end());
  EXPECT_EQ(count(Verify::What::Results).found, 0u);
  std::uint64_t too_large = 0, bad = 0, expected_large = 0, expected_bad = 0;
  for (std::uint64_t n = 0; n < frames.count(); ++n) {
    expected_large += frames.parts(n) > 0;
    expected_bad += frames.kind(n) == Kind::Bad;
  }
  broker().read(topics.dead_letters, [&](const Record& letter) {
    const auto reason = letter.header("radflow-error-reason");
    too_large += reason == "too_large";
    bad += reason == "truncated";
  });
  EXPECT_EQ(too_large, expected_large);
  EXPECT_EQ(bad, expected_bad);
}

}  // namespace
}  // namespace radflow::ledger
