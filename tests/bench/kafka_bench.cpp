// What the graph costs around a broker: frames of 512 KiB read from a real broker by a bare
// rd_kafka_consumer_poll loop, fetching as much at once, and by a radflow graph that passes them on to a sink
// that counts them.
//   radflow_kafka_bench [FRAMES] [ROUNDS]      RADFLOW_BROKER=HOST:PORT uses a broker that runs already
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdlib>

#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"
#include "graph/pipeline.hpp"
#include "tests/bench/interleave.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

constexpr std::size_t frame_bytes = 512 * 1024;

class Counting final : public Sink {
 public:
  void submit(Payload output, const Context&, Acknowledge acknowledge) override {
    bytes.fetch_add(output.as<Record>().value.size(), std::memory_order_relaxed);
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return true; }
  static inline std::atomic<std::size_t> bytes{0};
};

std::string group() {
  static std::atomic<int> runs{0};
  return "bench-" + std::to_string(++runs) + "-" + std::to_string(::time(nullptr));
}

void run_graph(const std::string& servers, const std::string& topic) {
  static const Spec* counting = [] {
    auto* spec = new Spec{*Registry::instance().find(ComponentKind::Sink, "stdout")};
    spec->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<Counting>(); };
    return spec;
  }();
  Plan plan = load_plan_text("graph: bench\nsources:\n  - kafka: {topic: " + topic + ", group: " + group() +
                                 ", until_caught_up: true}\nkafka: {bootstrap.servers: \"" + servers +
                                 "\"}\nsinks:\n  - stdout\n",
                             "kafka_bench.yaml");
  plan.nodes.clear();  // no encode: the record itself goes through
  plan.sinks[0].spec = counting;
  plan.sinks[0].inputs = {InputPlan{}};
  Pipeline pipeline{std::move(plan)};
  pipeline.start();
  if (!pipeline.wait()) std::exit(1);
}

void run_bare(const std::string& servers, const std::string& topic, int frames) {
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
  for (int read = 0; read < frames;) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 100);
    if (!message) continue;
    if (!message->err) ++read;
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
}

int run(int frames, int rounds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) {
    std::fprintf(stderr, "no broker: %s\n", RealBroker::why_not().c_str());
    return 1;
  }
  const std::string topic = broker->make_topic("bench");
  Record frame;
  frame.value = Bytes::of(std::string(frame_bytes, 'x'));
  for (int sent = 0; sent < frames; sent += 50) broker->produce(topic, std::vector<Record>(50, frame));
  std::vector<bench::Way> ways{{"radflow graph", [&] { run_graph(broker->servers(), topic); }},
                               {"bare consumer poll", [&] { run_bare(broker->servers(), topic, frames); }}};
  bench::interleave(ways, rounds);
  if (Counting::bytes !=
      frame_bytes * static_cast<std::size_t>(frames) * static_cast<std::size_t>(rounds + 1)) {
    std::fprintf(stderr, "frames are missing\n");
    return 1;
  }
  for (const bench::Way& way : ways)
    std::printf("%-20s %7.0f frames/s (joining the group included)\n", way.name.c_str(),
                frames / way.median());
  bench::report_rate({"kafka", "graph against a bare poll, rate"}, ways[0], ways[1]);
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  const int frames = argc > 1 ? std::atoi(argv[1]) : 8000;
  return radflow::run((frames + 49) / 50 * 50, argc > 2 ? std::atoi(argv[2]) : 7);
}
