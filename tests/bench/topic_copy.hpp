// The smallest job on a real broker: records from one topic to another.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "graph/pipeline.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow::bench {

// Seconds from the first record read to the last one committed: joining a group takes as long whatever is copied. The topic
// of the results is made for it and deleted.
inline double copy_seconds(RealBroker& broker, const std::string& topic, int partitions,
                           const std::string& delivery = "at_least_once") {
  using Clock = std::chrono::steady_clock;
  const std::string out = broker.make_topic("out", partitions);
  Overrides overrides;
  overrides.set.push_back("sources.kafka.until_caught_up=true");
  Pipeline pipeline{
      load_plan_text(fmt::format("graph: {}\ndelivery: {}\nkafka: {{bootstrap.servers: '{}'}}\n"
                                 "sources:\n  - kafka: {{topic: {}}}\nsinks:\n  - kafka: {{topic: {}}}\n",
                                 out, delivery, broker.servers(), topic, out),
                     "bench.yaml", overrides)};
  pipeline.start();
  while (pipeline.stats().sources[0].records == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const auto begin = Clock::now();
  if (!pipeline.wait()) throw std::runtime_error{pipeline.failure().value_or("not complete")};
  const std::chrono::duration<double> took = Clock::now() - begin;
  broker.delete_topic(out);
  return took.count();
}

// A topic of so many records of one value, with keys in turn. Many are produced at once, so that batches are large in
// every partition, however many there are: small batches cost whoever reads them.
inline std::string filled_topic(RealBroker& broker, int partitions, int keys, int records,
                                const Bytes& value) {
  const std::string topic = broker.make_topic("in", partitions);
  constexpr int at_once = 50'000;
  for (int sent = 0; sent < records; sent += at_once) {
    std::vector<Record> batch;
    for (int i = sent; i < std::min(records, sent + at_once); ++i)
      batch.push_back({value, "key-" + std::to_string(i % keys)});
    broker.produce(topic, batch);
  }
  return topic;
}

}  // namespace radflow::bench
