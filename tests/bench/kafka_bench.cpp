// What the graph costs around a broker: records of several sizes read from a real broker by a bare
// rd_kafka_consumer_poll loop, fetching as much at once, and by a radflow graph that passes them on to a sink
// that counts them; and raw frames of 512 KiB by a graph that measures them. Once with the joining of the group, and once
// from the first record to the last one.
//   radflow_kafka_bench [MEGABYTES] [ROUNDS]     RADFLOW_BROKER=HOST:PORT uses a broker that runs already
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <random>

#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"
#include "graph/pipeline.hpp"
#include "tests/bench/interleave.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;

// When the first record and the last one were seen. The last one is known by the number of records.
class Seen {
 public:
  void expect(std::size_t records) {
    expected_ = records;
    seen_ = 0;
  }
  void one() {
    const std::size_t before = seen_.fetch_add(1, std::memory_order_relaxed);
    if (before == 0) first_ = Clock::now();
    if (before + 1 == expected_) last_ = Clock::now();
  }
  bool all() const { return seen_ == expected_; }
  double seconds() const { return std::chrono::duration<double>(last_ - first_).count(); }

 private:
  std::size_t expected_ = 0;
  std::atomic<std::size_t> seen_{0};
  Clock::time_point first_, last_;
};
Seen seen;

class Counting final : public Sink {
 public:
  void submit(Payload, const Context&, Acknowledge acknowledge) override {
    seen.one();
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return true; }
};

std::string group() {
  static std::atomic<int> runs{0};
  return "bench-" + std::to_string(++runs) + "-" + std::to_string(::time(nullptr));
}

const char* const chain = R"(
nodes:
  - decode
  - window: {center: 2000, width: 3000}
  - resize: {width: 256, height: 256}
  - gaussian_blur: {sigma: 1}
  - lbp: {method: uniform}
  - histogram
)";

// `nodes` are empty or those of the YAML, without which the record itself goes through.
void run_graph(const std::string& servers, const std::string& topic, const std::string& nodes) {
  static const Spec* counting = [] {
    auto* spec = new Spec{*Registry::instance().find(ComponentKind::Sink, "stdout")};
    spec->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<Counting>(); };
    return spec;
  }();
  Plan plan = load_plan_text("graph: bench\nsources:\n  - kafka: {topic: " + topic + ", group: " + group() +
                                 ", until_caught_up: true}\nkafka: {bootstrap.servers: \"" + servers +
                                 "\"}\n" + nodes + "sinks:\n  - stdout\n",
                             "kafka_bench.yaml");
  plan.sinks[0].spec = counting;
  if (nodes.empty()) {
    plan.nodes.clear();  // not even encode
    plan.sinks[0].inputs = {InputPlan{}};
  }
  Pipeline pipeline{std::move(plan)};
  pipeline.start();
  if (!pipeline.wait()) std::exit(1);
}

void run_bare(const std::string& servers, const std::string& topic, std::size_t records) {
  char why[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  kafka::Properties properties{{"bootstrap.servers", servers},
                               {"group.id", group()},
                               {"auto.offset.reset", "earliest"},
                               {"enable.auto.commit", "false"}};
  properties.insert(properties.end(), kafka::fetch_defaults().begin(), kafka::fetch_defaults().end());
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why)) std::exit(1);
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  rd_kafka_poll_set_consumer(consumer);
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(consumer, topics);
  rd_kafka_topic_partition_list_destroy(topics);
  for (std::size_t read = 0; read < records;) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 100);
    if (!message) continue;
    if (!message->err) {
      ++read;
      seen.one();
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
}

struct Job {
  std::size_t bytes;
  std::string name;
  const char* nodes;
  std::optional<bench::Wanted> wanted;
};

// Values of 12 bit, 16 bit each, with their headers.
Record noise(std::size_t bytes) {
  std::minstd_rand random{1};
  std::string value(bytes, '\0');
  for (std::size_t i = 0; i + 1 < bytes; i += 2) {
    const auto shade = static_cast<std::uint16_t>(random() >> 8 & 4095);
    std::memcpy(value.data() + i, &shade, sizeof shade);
  }
  return {Bytes::of(std::move(value)), {}, raw_headers(512, {{"radflow-depth", "u16"}})};
}

bool measure(RealBroker& broker, const Job& job, std::size_t megabytes, int rounds) {
  // Small records cost by their number, not by their bytes.
  const std::size_t records = std::min<std::size_t>(megabytes * 1024 * 1024 / job.bytes, 400'000);
  const std::string topic = broker.make_topic("bench", 1, {{"max.message.bytes", "4194304"}});
  const std::size_t at_once = std::clamp<std::size_t>(std::size_t{32} * 1024 * 1024 / job.bytes, 1, 10'000);
  const Record record = *job.nodes ? noise(job.bytes) : Record{Bytes::of(std::string(job.bytes, 'x'))};
  for (std::size_t sent = 0; sent < records; sent += at_once)
    broker.produce(topic, std::vector<Record>(std::min(at_once, records - sent), record));
  std::vector<double> steady_graph, steady_bare;
  bool complete = true;
  const auto count = [&](std::vector<double>& seconds, const auto& read) {
    seen.expect(records);
    read();
    complete = complete && seen.all();
    seconds.push_back(seen.seconds());
  };
  std::vector<bench::Way> ways{
      {"radflow graph", [&] { count(steady_graph, [&] { run_graph(broker.servers(), topic, job.nodes); }); }},
      {"bare consumer poll",
       [&] { count(steady_bare, [&] { run_bare(broker.servers(), topic, records); }); }}};
  bench::interleave(ways, rounds);
  broker.delete_topic(topic);
  if (!complete) return std::fprintf(stderr, "records are missing\n"), false;
  for (const bench::Way& way : ways)
    std::printf("%-20s %8.0f records/s, %s, joining the group included\n", way.name.c_str(),
                static_cast<double>(records) / way.median(), job.name.c_str());
  const std::string row = job.name + " against a bare poll, rate";
  bench::report_rate({"kafka", row + ", joining the group included"}, ways[0], ways[1]);
  bench::report_ratio({.bench = "kafka", .row = row, .wanted = job.wanted}, steady_bare, steady_graph);
  return true;
}

int run(std::size_t megabytes, int rounds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) {
    std::fprintf(stderr, "no broker: %s\n", RealBroker::why_not().c_str());
    return 1;
  }
  const Job jobs[]{
      {1024, "pass-through of 1 KiB", "", std::nullopt},
      {64 * 1024, "pass-through of 64 KiB", "", bench::at_least(0.9)},
      {512 * 1024, "pass-through of 512 KiB", "", bench::at_least(0.9)},
      {2 * 1024 * 1024, "pass-through of 2 MiB", "", bench::at_least(0.9)},
      // 4,000 a second where a bare poll reads 5,900 to 7,400.
      {512 * 1024, "raw frames of 512 KiB from window to histogram", chain, bench::at_least(0.6)}};
  for (const Job& job : jobs)
    if (!measure(*broker, job, megabytes, rounds)) return 1;
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  return radflow::run(argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 2048,
                      argc > 2 ? std::atoi(argv[2]) : 5);
}
