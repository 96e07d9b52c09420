// delivery: exactly_once on a real broker: what a read_committed reader sees of graphs that are killed,
// paused, joined by others and told of records that cannot be processed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <random>
#include <regex>
#include <thread>

#include "cli/command.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/pipeline.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// What came of a record says where it came from; one that begins with "bad" fails, one with "huge" becomes
// larger than the topic allows.
struct Trace {
  Result<Record> operator()(const Record& record) const {
    std::this_thread::sleep_for(1ms);
    const std::string_view value = record.value.text();
    if (value.starts_with("bad")) return Error{"bad_value", "as the test wants"};
    std::string text = fmt::format("{}:{}", record.position.partition, record.position.offset);
    if (value.starts_with("huge")) text.append(100'000, ' ');
    return Record{Bytes::of(text), record.key, {}, record.timestamp_ms, record.position};
  }
};
const Register<Trace> trace{NodeSpec{"t_trace", "Says where a record came from."}};

std::vector<Record> numbered(int count) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i)
    records.push_back({Bytes::of(std::to_string(i)), "k" + std::to_string(i % 11)});
  return records;
}

// How often each input turns up, and whether those of one key are in order.
struct Ledger {
  std::map<std::pair<std::int32_t, std::int64_t>, int> seen;
  std::map<std::string, std::int64_t> last;
  int reordered = 0;

  void add(const std::string& key, std::int32_t partition, std::int64_t offset) {
    ++seen[{partition, offset}];
    const auto [before, first] = last.try_emplace(key, offset);
    if (!first && before->second >= offset) ++reordered;
    before->second = offset;
  }
  // Nothing lost, nothing twice, in order.
  void expect(std::size_t count) const {
    EXPECT_EQ(seen.size(), count) << "lost " << static_cast<long>(count) - static_cast<long>(seen.size());
    std::size_t repeated = 0;
    for (const auto& [at, times] : seen) repeated += times > 1;
    EXPECT_EQ(repeated, 0u);
    EXPECT_EQ(reordered, 0);
  }
};

class ExactlyOnce : public OnRealBroker {
 protected:
  void make_topics(int partitions = 1) {
    in = broker().make_topic("in", partitions);
    out = broker().make_topic("out", partitions);
    errors = broker().make_topic("errors");
  }

  std::string connectors(const std::string& nodes, bool dead_letters = true) const {
    return fmt::format(
        "graph: {}\ndelivery: exactly_once\nworkers: 2\n"
        "kafka: {{bootstrap.servers: '{}', session.timeout.ms: 2000, heartbeat.interval.ms: 300, "
        "transaction.timeout.ms: 5000{}}}\n"
        "sources:\n  - kafka: {{topic: {}}}\n{}sinks:\n  - kafka: {{topic: {}}}\n{}",
        in, broker().servers(), more, in, nodes, out,
        dead_letters ? fmt::format("  - kafka: {{topic: {}}}\n    from: errors\n", errors) : "");
  }
  std::unique_ptr<Pipeline> pipeline(bool until_caught_up = true, bool dead_letters = true) const {
    Overrides overrides;
    if (until_caught_up) overrides.set.push_back("sources.kafka.until_caught_up=true");
    return std::make_unique<Pipeline>(
        load_plan_text(connectors("nodes:\n  - t_trace\n", dead_letters), "test.yaml", overrides));
  }
  bool run(bool dead_letters = true) const {
    const auto graph = pipeline(true, dead_letters);
    graph->start();
    const bool complete = graph->wait();
    failure = graph->failure().value_or("");
    return complete;
  }

  Ledger traced() const {
    Ledger ledger;
    for (const Record& record : broker().read_all(out)) {
      const std::string text{record.value.text()};
      ledger.add(record.key.value_or(""), std::stoi(text), std::stoll(text.substr(text.find(':') + 1)));
    }
    return ledger;
  }
  std::int64_t committed() const { return broker().committed_records(in, in); }
  template <typename Condition>
  bool eventually(Condition condition, std::chrono::seconds longest = 90s) const {
    return comes_true(longest, condition);
  }

  std::string in, out, errors;
  std::string more;  // properties
  mutable std::string failure;
};

TEST_F(ExactlyOnce, ProducesAndCommitsTogether) {
  make_topics(3);
  broker().produce(in, numbered(1000));
  ASSERT_TRUE(run()) << failure;
  traced().expect(1000);
  EXPECT_EQ(committed(), 1000);
  // And goes on where it ended.
  broker().produce(in, numbered(100));
  ASSERT_TRUE(run()) << failure;
  traced().expect(1100);
  EXPECT_EQ(committed(), 1100);
}

TEST_F(ExactlyOnce, ADeadLetterIsPartOfItsRecordsTransaction) {
  in = broker().make_topic("in");
  out = broker().make_topic("out", 1, {{"max.message.bytes", "50000"}});
  errors = broker().make_topic("errors");
  std::vector<Record> records = numbered(10);
  records[3].value = Bytes::of("bad");
  records[7].value = Bytes::of("huge");
  broker().produce(in, records);
  ASSERT_TRUE(run()) << failure;
  traced().expect(8);
  EXPECT_EQ(committed(), 10);
  const auto letters = broker().read_all(errors);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].header("radflow-error-reason"), "bad_value");
  EXPECT_EQ(letters[1].header("radflow-error-reason"), "too_large");
  EXPECT_EQ(letters[1].value.text(), "huge");
}

TEST_F(ExactlyOnce, BatchesStayBelowASmallLimit) {
  in = broker().make_topic("in");
  out = broker().make_topic("out", 1, {{"max.message.bytes", "600"}});
  errors = broker().make_topic("errors");
  broker().produce(in, numbered(500));
  EXPECT_TRUE(run()) << failure;
  traced().expect(500);
  EXPECT_TRUE(broker().read_all(errors).empty());
}

TEST_F(ExactlyOnce, IsNotCommittedPastARecordThatStopsTheGraph) {
  make_topics();
  std::vector<Record> records = numbered(600);
  records[500].value = Bytes::of("bad");
  broker().produce(in, records);
  EXPECT_FALSE(run(false));
  EXPECT_THAT(failure, HasSubstr(in + ":0:500: as the test wants"));
  const std::int64_t before = committed();
  EXPECT_LE(before, 500);
  traced().expect(static_cast<std::size_t>(before));
  // With a sink for such records it goes on.
  ASSERT_TRUE(run()) << failure;
  traced().expect(599);
  EXPECT_EQ(committed(), 600);
  EXPECT_EQ(broker().read_all(errors).size(), 1u);
}

TEST_F(ExactlyOnce, MembersComeAndGoWithWorkInFlight) {
  make_topics(6);
  broker().produce(in, numbered(6000));
  const auto first = pipeline(false);
  first->start();
  ASSERT_TRUE(eventually([&] { return committed() > 500; }));
  {
    const auto second = pipeline(false);
    second->start();
    ASSERT_TRUE(eventually([&] { return second->stats().records_delivered > 300; })) << committed();
    second->stop();
    EXPECT_TRUE(second->wait());
  }
  broker().produce(in, numbered(600));
  ASSERT_TRUE(eventually([&] { return committed() == 6600; })) << committed();
  first->stop();
  EXPECT_TRUE(first->wait());
  traced().expect(6600);
}

TEST_F(ExactlyOnce, ABrokerThatGoesAwayInMidTransactionHoldsTheFrontierAndCostsNothing) {
  if (!broker().own()) GTEST_SKIP() << "RADFLOW_BROKER is not ours to stop";
  make_topics(2);
  broker().produce(in, numbered(3000));
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() > 300; }));
  broker().kill();
  // What no transaction has committed is not done, however long its results have been waiting.
  Stall stall;
  EXPECT_TRUE(eventually(
      [&] {
        const auto stalls = graph->stats().stalls;
        if (!stalls.empty()) stall = stalls[0];
        return !stalls.empty() && stall.node == "kafka";
      },
      15s))
      << stall.where;
  EXPECT_THAT(stall.where, HasSubstr("its transaction"));
  broker().start();
  EXPECT_TRUE(eventually([&] { return committed() == 3000; })) << committed();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(3000);
}

// Somebody else begins transactions under this process's name, or Kafka ends them while the broker was away.
class ATransactionalIdThatIsTakenAway : public ExactlyOnce, public testing::WithParamInterface<std::string> {
 protected:
  void take(const std::string& id) const {
    std::array<char, 512> wrong{};
    kafka::ConfPtr conf =
        kafka::make_conf({{"bootstrap.servers", broker().servers()}, {"transactional.id", id}}, {});
    const kafka::ClientPtr thief{rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), wrong.data(), wrong.size()),
                                 rd_kafka_destroy};
    ASSERT_TRUE(thief) << wrong.data();
    const kafka::ErrorPtr error{rd_kafka_init_transactions(thief.get(), 30'000)};
    ASSERT_FALSE(error) << rd_kafka_error_string(error.get());
  }

  std::string id() const {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return fmt::format("radflow-{}-{}", in,
                       GetParam().empty() ? fmt::format("{}-0", host.data()) : GetParam());
  }
};

TEST_P(ATransactionalIdThatIsTakenAway, CostsNothing) {
  make_topics(2);
  if (!GetParam().empty()) more = ", group.instance.id: " + GetParam();
  broker().produce(in, numbered(3000));
  Heard heard;
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() > 300; }));
  take(id());
  EXPECT_TRUE(heard.within(10s, "Kafka gave those of '" + id() + "' up")) << heard.all();
  EXPECT_TRUE(eventually([&] { return committed() == 3000; })) << committed() << heard.all();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(3000);
}

// The source has no record in hand then, so none ends the pause in which it listens for a twin.
TEST_P(ATransactionalIdThatIsTakenAway, CostsNothingBetweenTwoRecords) {
  make_topics(2);
  if (!GetParam().empty()) more = ", group.instance.id: " + GetParam();
  broker().produce(in, numbered(100));
  Heard heard;
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() == 100; }));
  take(id());
  broker().produce(in, numbered(1));
  EXPECT_TRUE(heard.within(10s, "Kafka gave those of '" + id() + "' up")) << heard.all();
  EXPECT_TRUE(eventually([&] { return committed() == 101; }, 30s)) << committed() << heard.all();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(101);
}

INSTANTIATE_TEST_SUITE_P(Instance, ATransactionalIdThatIsTakenAway, testing::Values("", "static"),
                         [](const auto& info) { return info.param.empty() ? "Dynamic" : "Static"; });

TEST_F(ExactlyOnce, SinksShareOneProducer) {
  make_topics();
  const auto wrong = [&](const std::string& sink) {
    try {
      Pipeline{
          load_plan_text(connectors("") + "  - kafka: {topic: x, " + sink + "}\n    name: x\n", "test.yaml")};
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_THAT(wrong("compression.codec: zstd"),
              HasSubstr("test.yaml:11:23: kafka.compression.codec: the sinks of a graph with exactly_once "
                        "share one producer"));
  EXPECT_THAT(wrong("bootstrap.servers: 'localhost:1'"), HasSubstr("reads and writes one cluster"));
}

// ---- radflow as processes of their own

class ExactlyOnceProcess : public ExactlyOnce {
 protected:
  // Frames that take about 4 ms each.
  void produce_frames(int count) {
    cv::Mat picture(192, 192, CV_8U);
    cv::randu(picture, 0, 256);
    std::vector<unsigned char> png;
    cv::imencode(".png", picture, png);
    std::vector<Record> records = numbered(count);
    for (Record& record : records) record.value = Bytes::copy(png.data(), png.size());
    broker().produce(in, records);
    folder.write("graph.yaml", connectors("nodes:\n  - decode\n  - gaussian_blur: {sigma: 8}\n"
                                          "  - histogram: {bins: 4, range: [0, 256]}\n"));
  }

  std::unique_ptr<Process> start(const std::vector<std::string>& more_options = {}) const {
    std::vector<std::string> command{radflow_program, "run", folder.path("graph.yaml")};
    command.insert(command.end(), more_options.begin(), more_options.end());
    return std::make_unique<Process>(command, folder.path("log"));
  }
  std::string log() const { return folder.read("log"); }

  Ledger results() const {
    Ledger ledger;
    for (const Record& record : broker().read_all(out)) {
      const auto json = nlohmann::json::parse(record.value.text());
      ledger.add(record.key.value_or(""), json.at("partition"), json.at("offset"));
    }
    return ledger;
  }

  TemporaryFolder folder;
};

TEST_F(ExactlyOnceProcess, KilledAgainAndAgainItLosesAndRepeatsNothing) {
  make_topics(2);
  more = ", group.instance.id: one";  // comes back at once, under the same transactional.id
  constexpr int frames = 3000;
  produce_frames(frames);
  std::mt19937 random{4};
  int kills = 0;
  for (std::int64_t reached = 0; kills < 8 && committed() < frames - 200; ++kills) {
    const auto process = start();
    // At work, then anywhere within two transactions.
    ASSERT_TRUE(eventually([&] { return committed() > reached; })) << log();
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 250});
    process->signal(SIGKILL);
    process->wait(10s);
    reached = committed();
  }
  EXPECT_GE(kills, 3);
  EXPECT_EQ(start({"--until-caught-up"})->wait(90s), 0) << log();
  results().expect(frames);
  EXPECT_EQ(committed(), frames);
}

TEST_F(ExactlyOnceProcess, SaysWhatOfItsWorkIsNotCommitted) {
  if (!broker().own()) GTEST_SKIP() << "stops the broker: unset RADFLOW_BROKER";
  make_topics(2);
  produce_frames(3000);
  const auto process = start({"--set", "drain=1s", "--set", "sources.kafka.session.timeout.ms=30000"});
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  broker().stop();
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(90s), static_cast<int>(cli::exit_interrupted)) << log();
  const std::string said = log();
  std::smatch read, left;
  ASSERT_TRUE(std::regex_search(said, read, std::regex{"(\\d+) records, "})) << said;
  ASSERT_TRUE(std::regex_search(
      said, left, std::regex{"(\\d+) records? of a transaction that was not committed; the next start"}))
      << said;
  broker().start();
  ASSERT_TRUE(eventually([&] { return committed() > 0; }));
  EXPECT_GE(committed() + std::stoll(left[1]), std::stoll(read[1])) << said;
}

TEST_F(ExactlyOnceProcess, AZombieCannotCommit) {
  make_topics(2);
  constexpr int frames = 2000;
  produce_frames(frames);
  const auto zombie = start();
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  zombie->signal(SIGSTOP);
  std::this_thread::sleep_for(3s);  // beyond session.timeout.ms
  const std::int64_t reached = committed();
  const auto heir = start();
  ASSERT_TRUE(eventually([&] { return committed() > reached + 200; })) << log();
  zombie->signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return committed() == frames; })) << committed() << log();
  zombie->signal(SIGTERM);
  EXPECT_EQ(zombie->wait(60s), 0) << "it is a member again\n" << log();
  heir->signal(SIGTERM);
  EXPECT_GE(heir->wait(60s).value_or(-1), 0) << log();
  results().expect(frames);
}

// The group has room for one of them: for the zombie if it finds out by itself that its time is over.
TEST_F(ExactlyOnceProcess, OfAZombieAndAnHeirOfItsNameOneStops) {
  make_topics(2);
  more = ", group.instance.id: one";
  constexpr int frames = 2000;
  produce_frames(frames);
  const auto zombie = start();
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  zombie->signal(SIGSTOP);
  std::this_thread::sleep_for(3s);
  const std::int64_t reached = committed();
  const auto heir = start();
  ASSERT_TRUE(eventually([&] { return committed() > reached + 200; })) << log();
  zombie->signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return committed() == frames; })) << committed() << log();
  for (const auto& process : {zombie.get(), heir.get()}) process->signal(SIGTERM);
  EXPECT_THAT((std::vector{zombie->wait(60s), heir->wait(60s)}), UnorderedElementsAre(0, 1)) << log();
  EXPECT_THAT(log(), HasSubstr("Static consumer fenced by other consumer"));
  results().expect(frames);
}

}  // namespace
}  // namespace radflow
