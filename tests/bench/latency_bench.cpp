// How long a frame is on its way, from being produced to its result standing on the result topic, at a quarter, half and
// four fifths of the rate that the graph keeps up with: a real broker, raw frames of 512 x 512 at 16 bit, through
// window, resize, blur, LBP, histogram and encode.
//   radflow_latency_bench [SECONDS A LOAD]
// The wanted p99 at half load is three times the sum of the nodes' time and of the way through the broker: a frame to
// a bare consumer and a result to another one, their p99 measured at the same rates.
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/pipeline.hpp"
#include "tests/bench/report.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

rd_kafka_t* client(rd_kafka_type_t type, const kafka::Properties& properties) {
  char why[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
      throw std::runtime_error{why};
  rd_kafka_t* made = rd_kafka_new(type, conf, why, sizeof why);
  if (!made) throw std::runtime_error{why};
  return made;
}

// Reads a topic of one partition from its end on, and says of each record with which number in its key it came when.
class Arrivals {
 public:
  Arrivals(const RealBroker& broker, const std::string& topic, std::size_t expected)
      : at_(expected),
        consumer_{client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", broker.servers()},
                                             {"group.id", topic + "-arrivals"},
                                             {"fetch.wait.max.ms", "10"},
                                             {"enable.auto.commit", "false"}})} {
    rd_kafka_poll_set_consumer(consumer_);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer_, list);
    rd_kafka_topic_partition_list_destroy(list);
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
  }
  ~Arrivals() {
    thread_.request_stop();
    thread_.join();
    rd_kafka_consumer_close(consumer_);
    rd_kafka_destroy(consumer_);
  }
  std::size_t count() const { return count_; }
  // After all have come.
  const std::vector<Clock::time_point>& times() const { return at_; }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer_, 50);
      if (!message) continue;
      if (!message->err) {
        const std::string key{static_cast<const char*>(message->key), message->key_len};
        at_.at(std::stoull(key)) = Clock::now();
        ++count_;
      }
      rd_kafka_message_destroy(message);
    }
  }

  std::vector<Clock::time_point> at_;
  std::atomic<std::size_t> count_{0};
  rd_kafka_t* consumer_;
  std::jthread thread_;
};

struct Latency {
  double p50 = 0, p99 = 0;  // milliseconds
};

// Clients look for the topic's leader and connect meanwhile.
constexpr std::chrono::seconds warming_up{2};

Latency latency(const std::vector<Clock::time_point>& from, const std::vector<Clock::time_point>& to) {
  std::vector<double> took;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] - from[0] > warming_up) took.push_back(Milliseconds(to[i] - from[i]).count());
  if (took.empty()) return {std::nan(""), std::nan("")};
  std::ranges::sort(took);
  return {took[took.size() / 2], took[took.size() * 99 / 100]};
}

// Produces `count` records, one each `1 / rate` seconds, and says when each was handed over.
std::vector<Clock::time_point> produce(const RealBroker& broker, const std::string& topic, std::size_t bytes,
                                       std::size_t count, double rate, bool raw_frames) {
  rd_kafka_t* producer = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", broker.servers()},
                                                    {"message.max.bytes", "4000000"},
                                                    {"queue.buffering.max.kbytes", "1000000"},
                                                    {"linger.ms", "0"}});
  std::string value(bytes, '\0');
  for (std::size_t i = 0; i + 1 < bytes; i += 2) value[i] = static_cast<char>(i * 7919 >> 4);
  std::vector<Clock::time_point> sent(count);
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(
                                              std::chrono::duration<double>(static_cast<double>(i) / rate)));
    const std::string key = std::to_string(i);
    rd_kafka_headers_t* headers = rd_kafka_headers_new(4);
    if (raw_frames)
      for (const auto& [name, text] : {std::pair{"content-type", "application/x-radflow-raw"},
                                       {"radflow-rows", "512"},
                                       {"radflow-columns", "512"},
                                       {"radflow-depth", "u16"}})
        rd_kafka_header_add(headers, name, -1, text, -1);
    sent[i] = Clock::now();
    if (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_KEY(key.data(), key.size()),
                          RD_KAFKA_V_VALUE(value.data(), value.size()), RD_KAFKA_V_HEADERS(headers),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_END))
      throw std::runtime_error{"a frame was not taken by the producer"};
    rd_kafka_poll(producer, 0);
  }
  rd_kafka_flush(producer, 60'000);
  rd_kafka_destroy(producer);
  return sent;
}

void wait_for(const Arrivals& arrivals, std::size_t count) {
  const auto until = Clock::now() + std::chrono::minutes{2};
  while (arrivals.count() < count) {
    if (Clock::now() > until) throw std::runtime_error{"records are missing"};
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

// The way through the broker alone.
Latency bare(RealBroker& broker, std::size_t bytes, std::size_t count, double rate) {
  const std::string topic = broker.make_topic("bare");
  Latency measured;
  {
    const Arrivals arrivals{broker, topic, count};
    const auto sent = produce(broker, topic, bytes, count, rate, false);
    wait_for(arrivals, count);
    measured = latency(sent, arrivals.times());
  }
  broker.delete_topic(topic);
  return measured;
}

constexpr std::size_t frame_bytes = 512 * 512 * 2, result_bytes = 1024;

struct Through {
  Latency latency;
  double stages = 0;  // milliseconds of all nodes, a frame
  double rate = 0;    // results a second
};

Through graph(RealBroker& broker, std::size_t count, double rate) {
  const std::string in = broker.make_topic("in"), out = broker.make_topic("out");
  Through through;
  {
    const Arrivals arrivals{broker, out, count};
    Pipeline pipeline{load_plan_text(
        fmt::format("graph: {}\nkafka: {{bootstrap.servers: '{}'}}\nsources:\n  - kafka: {{topic: {}}}\n"
                    "nodes:\n  - decode\n  - window: {{center: 32768, width: 65536}}\n"
                    "  - resize: {{width: 256, height: 256}}\n  - gaussian_blur: {{sigma: 1}}\n"
                    "  - lbp: {{points: 8, radius: 1}}\n  - histogram\n  - encode\n"
                    "sinks:\n  - kafka: {{topic: {}}}\n",
                    in, broker.servers(), in, out),
        "latency_bench.yaml")};
    pipeline.start();
    while (!pipeline.ready()) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    const auto begin = Clock::now();
    const auto sent = produce(broker, in, frame_bytes, count, rate, true);
    wait_for(arrivals, count);
    through.rate = static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - begin).count();
    through.latency = latency(sent, arrivals.times());
    for (const NodeStats& node : pipeline.stats().nodes)
      if (const auto measured = node.duration.count())
        through.stages += 1e3 * node.duration.sum / static_cast<double>(measured);
    pipeline.stop();
    pipeline.wait();
  }
  broker.delete_topic(in);
  broker.delete_topic(out);
  return through;
}

int run(double seconds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) return std::fprintf(stderr, "%s\n", RealBroker::why_not().c_str()), 1;
  // As fast as frames can be produced beside the graph on this machine.
  const double most = graph(*broker, 3000, 1e9).rate;
  std::printf("%.0f frames/s as fast as they are produced on the same machine\n", most);
  for (const double load : {0.25, 0.5, 0.8}) {
    const double rate = most * load;
    const auto count =
        static_cast<std::size_t>(rate * (seconds + std::chrono::duration<double>(warming_up).count()));
    std::vector<double> p50, p99, against;
    for (int round = 0; round < 3; ++round) {
      const Through through = graph(*broker, count, rate);
      const Latency frame = bare(*broker, frame_bytes, count, rate);
      const Latency result = bare(*broker, result_bytes, count, rate);
      p50.push_back(through.latency.p50);
      p99.push_back(through.latency.p99);
      against.push_back(through.latency.p99 / (through.stages + frame.p99 + result.p99));
      std::printf(
          "load %.0f %%: p50 %.2f ms, p99 %.2f ms; nodes %.2f ms, a frame through the broker p99 %.2f ms, "
          "a result %.2f ms\n",
          100 * load, p50.back(), p99.back(), through.stages, frame.p99, result.p99);
    }
    std::ranges::sort(against);
    bench::report({.bench = "latency",
                   .row = fmt::format("p99 at {:.0f} % load against nodes and broker alone", 100 * load),
                   .median = against[1],
                   .low = against[0],
                   .high = against[2],
                   .wanted = load == 0.5 ? std::optional{bench::at_most(3)} : std::nullopt});
  }
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) { return radflow::run(argc > 1 ? std::atof(argv[1]) : 5); }
