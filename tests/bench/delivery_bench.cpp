// What exactly once costs: records from one topic to another on a real broker, by both deliveries in turn.
//   radflow_delivery_bench [RECORDS] [BYTES] [ROUNDS]
// From the first record read to the last one committed: joining a group takes as long either way.
#include <fmt/format.h>

#include <thread>

#include "graph/pipeline.hpp"
#include "tests/bench/interleave.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;

class Copy {
 public:
  Copy(RealBroker& broker, std::string topic) : broker_{broker}, topic_{std::move(topic)} {}

  double seconds(const std::string& delivery) {
    const std::string out = broker_.make_topic("out", 4);
    Overrides overrides;
    overrides.set.push_back("sources.kafka.until_caught_up=true");
    Pipeline pipeline{
        load_plan_text(fmt::format("graph: {}\ndelivery: {}\nkafka: {{bootstrap.servers: '{}'}}\n"
                                   "sources:\n  - kafka: {{topic: {}}}\nsinks:\n  - kafka: {{topic: {}}}\n",
                                   out, delivery, broker_.servers(), topic_, out),
                       "bench.yaml", overrides)};
    pipeline.start();
    while (pipeline.stats().sources[0].records == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const auto begin = Clock::now();
    if (!pipeline.wait()) throw std::runtime_error{pipeline.failure().value_or("not complete")};
    const std::chrono::duration<double> took = Clock::now() - begin;
    broker_.delete_topic(out);
    return took.count();
  }

 private:
  RealBroker& broker_;
  std::string topic_;
};

int run(int records, std::size_t bytes, int rounds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) return std::fprintf(stderr, "%s\n", RealBroker::why_not().c_str()), 1;
  const std::string topic = broker->make_topic("in", 4);
  for (int sent = 0; sent < records; sent += 1000) {
    std::vector<Record> batch;
    for (int i = sent; i < std::min(records, sent + 1000); ++i)
      batch.push_back({Bytes::of(std::string(bytes, 'x')), "k" + std::to_string(i % 97)});
    broker->produce(topic, batch);
  }
  Copy copy{*broker, topic};
  bench::Way once{"exactly_once", {}}, least{"at_least_once", {}};
  for (int round = 0; round < rounds; ++round) {
    least.seconds.push_back(copy.seconds("at_least_once"));
    once.seconds.push_back(copy.seconds("exactly_once"));
  }
  for (const bench::Way* way : {&least, &once})
    std::printf("%-14s %8.0f records/s of %zu bytes\n", way->name.c_str(), records / way->median(), bytes);
  bench::report_rate({"delivery", "exactly_once against at_least_once, rate"}, once, least);
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  return radflow::run(argc > 1 ? std::atoi(argv[1]) : 100'000,
                      argc > 2 ? static_cast<std::size_t>(std::atoll(argv[2])) : 1024,
                      argc > 3 ? std::atoi(argv[3]) : 5);
}
