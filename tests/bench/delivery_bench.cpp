// What exactly once costs: records from one topic to another on a real broker, by both deliveries in turn.
//   radflow_delivery_bench [RECORDS] [BYTES] [ROUNDS]
// From the first record read to the last one committed: joining a group takes as long either way.
#include <cstdlib>

#include "tests/bench/interleave.hpp"
#include "tests/bench/topic_copy.hpp"

namespace radflow {
namespace {

int run(int records, std::size_t bytes, int rounds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) return std::fprintf(stderr, "%s\n", RealBroker::why_not().c_str()), 1;
  const std::string topic = bench::filled_topic(*broker, 4, 97, records, Bytes::of(std::string(bytes, 'x')));
  bench::Way once{"exactly_once", {}}, least{"at_least_once", {}};
  for (int round = 0; round < rounds; ++round) {
    least.seconds.push_back(bench::copy_seconds(*broker, topic, 4, "at_least_once"));
    once.seconds.push_back(bench::copy_seconds(*broker, topic, 4, "exactly_once"));
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
