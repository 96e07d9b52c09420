#include "tests/ledger/numbered_producer.hpp"

#include "connectors/kafka/client/producer.hpp"

namespace radflow::ledger {

using namespace std::chrono_literals;

NumberedProducer::NumberedProducer(const Frames& frames, const std::string& servers, const std::string& topic,
                                   std::chrono::milliseconds length)
    : frames_{frames}, thread_{[this, servers, topic, length](std::stop_token stop) {
        run(stop, servers, topic, length);
      }} {}

void NumberedProducer::run(const std::stop_token& stop, const std::string& servers, const std::string& topic,
                           std::chrono::milliseconds length) {
  using Clock = std::chrono::steady_clock;
  std::atomic<std::uint64_t> refused = 0;
  kafka::Producer producer{topic, {{"bootstrap.servers", servers}}, "the ledger's producer"};
  const auto begin = Clock::now();
  for (std::uint64_t n = 0; n < frames_.count() && !stop.stop_requested(); ++n) {
    const auto due = begin + std::chrono::duration_cast<Clock::duration>(length) / frames_.count() * n;
    if (due > Clock::now() + 2ms) std::this_thread::sleep_until(due);
    producer.produce(std::make_shared<const Record>(frames_.record(n)),
                     [&refused](const auto& error) { refused += error.has_value(); });
  }
  while (!stop.stop_requested() && !producer.flush(200ms)) continue;
  if (refused > 0) failure_ = std::to_string(refused) + " frames were refused";
  done_ = failure_.empty() && producer.outstanding() == 0;
  ended_ = true;
}

}  // namespace radflow::ledger
