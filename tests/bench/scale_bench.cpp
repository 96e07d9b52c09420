// On a real broker: what a record costs with one to many partitions and keys, by the time of our processor and by the rate
// (in which the broker's part stands too: it stores and sends smaller batches), and whether two processes of one group do
// as much as one with two workers.
//   radflow_scale_bench [RECORDS] [ROUNDS]
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <thread>

#include "tests/bench/interleave.hpp"
#include "tests/bench/topic_copy.hpp"
#include "tests/integration/process.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

void partitions_and_keys(RealBroker& broker, int records, int rounds) {
  struct Case {
    int partitions, keys;
    bench::Way way;
    std::string topic;
  };
  std::vector<Case> cases;
  for (const auto& [partitions, keys] : {std::pair{8, 97}, {1, 97}, {64, 97}, {8, 1}, {8, 20'000}})
    cases.push_back(
        {partitions,
         keys,
         {},
         bench::filled_topic(broker, partitions, keys, records, Bytes::of(std::string(1024, 'x')))});
  for (int round = 0; round < rounds; ++round)
    for (Case& one : cases) {
      const double busy = bench::processor_seconds();
      one.way.seconds.push_back(bench::copy_seconds(broker, one.topic, 8));
      one.way.processor.push_back(bench::processor_seconds() - busy);
    }
  for (const Case& one : cases) {
    if (&one == cases.data()) continue;
    const std::string row =
        fmt::format("1 KiB records of {} partitions and {} keys against 8 and 97", one.partitions, one.keys);
    bench::report_ratio({.bench = "scale", .row = row + ", processor time", .wanted = bench::at_most(1.05)},
                        one.way.processor, cases[0].way.processor);
    bench::report_rate({.bench = "scale", .row = row + ", rate"}, one.way, cases[0].way);
  }
}

std::int64_t results(RealBroker& broker, const std::string& topic) {
  std::int64_t sum = 0;
  for (const auto& [partition, end] : broker.ends(topic)) sum += end;
  return sum;
}

// Seconds from a tenth to nine tenths of the results, by processes that wait for the records before there are any.
double work(RealBroker& broker, int processes, int workers, int records, const Bytes& value) {
  const std::string in = broker.make_topic("work", 8), out = broker.make_topic("done", 8);
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("radflow-scale-" + in);
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "graph.yaml"} << fmt::format(
      "graph: {}\nworkers: {}\nkafka: {{bootstrap.servers: '{}'}}\nhttp: {{listen: '127.0.0.1:0'}}\n"
      "sources:\n  - kafka: {{topic: {}}}\n"
      "nodes:\n  - decode\n  - glcm: {{levels: 64}}\n  - encode\nsinks:\n  - kafka: {{topic: {}}}\n",
      in, workers, broker.servers(), in, out);
  std::vector<std::unique_ptr<Process>> running;
  for (int i = 0; i < processes; ++i)
    running.push_back(
        std::make_unique<Process>(std::vector<std::string>{radflow_program, "run", folder / "graph.yaml"},
                                  folder / fmt::format("{}.log", i)));
  while (broker.members(in) < static_cast<std::size_t>(processes)) std::this_thread::sleep_for(50ms);
  std::this_thread::sleep_for(5s);  // partitions are assigned
  std::vector<Record> batch;
  for (int i = 0; i < records; ++i) batch.push_back({value, "key-" + std::to_string(i)});
  broker.produce(in, batch);
  const auto reached = [&](std::int64_t count) {
    const auto until = Clock::now() + 120s;
    while (results(broker, out) < count) {
      if (Clock::now() > until) throw std::runtime_error{"results are missing: " + running[0]->said()};
      std::this_thread::sleep_for(5ms);
    }
    return Clock::now();
  };
  const auto begin = reached(records / 10);
  const auto end = reached(records / 10 * 9);
  for (const auto& process : running) process->signal(SIGTERM);
  for (const auto& process : running) process->wait(30s);
  running.clear();
  std::filesystem::remove_all(folder);
  broker.delete_topic(in);
  broker.delete_topic(out);
  return std::chrono::duration<double>(end - begin).count();
}

void processes(RealBroker& broker, int rounds) {
  cv::Mat picture(64, 64, CV_8U);
  cv::randu(picture, 0, 256);
  std::vector<unsigned char> png;
  cv::imencode(".png", picture, png);
  const Bytes value = Bytes::copy(png.data(), png.size());
  bench::Way two{"two processes", {}}, one{"one process, two workers", {}};
  for (int round = 0; round < rounds; ++round) {
    two.seconds.push_back(work(broker, 2, 1, 20'000, value));
    one.seconds.push_back(work(broker, 1, 2, 20'000, value));
  }
  bench::report_rate({.bench = "scale",
                      .row = "two processes of one group against one with two workers, rate",
                      .wanted = bench::at_least(0.9)},
                     two, one);
}

int run(int records, int rounds) {
  RealBroker* broker = RealBroker::instance();
  if (!broker) return std::fprintf(stderr, "%s\n", RealBroker::why_not().c_str()), 1;
  partitions_and_keys(*broker, records, rounds);
  processes(*broker, rounds);
  return 0;
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  return radflow::run(argc > 1 ? std::atoi(argv[1]) : 200'000, argc > 2 ? std::atoi(argv[2]) : 3);
}
