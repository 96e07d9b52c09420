#include "cli/demo_feed.hpp"

#include "connectors/kafka/librdkafka/mock_broker.hpp"

namespace radflow::cli {

DemoFeed::DemoFeed(std::unique_ptr<Source> source, const std::string& servers, const std::string& topic,
                   std::function<std::uint64_t()> ended)
    : source_{std::move(source)},
      ended_{std::move(ended)},
      producer_{topic, {{"bootstrap.servers", servers}}, "sender"} {}

DemoFeed::~DemoFeed() = default;

void DemoFeed::start() {
  thread_ = std::jthread{[this](std::stop_token stop) {
    try {
      source_->run(*this, stop);
      while (!producer_.flush(std::chrono::milliseconds{100}) && !stop.stop_requested()) continue;
    } catch (const std::exception& error) {
      failure_ = error.what();
    }
    finished_ = true;
  }};
}

std::optional<std::string> DemoFeed::failure() const {
  if (!finished_ || failure_.empty()) return std::nullopt;
  return failure_;
}

Admission DemoFeed::admit(Record& record) {
  if (record.bytes() > kafka::MockBroker::largest_record) {
    ++left_out_;
    return Admission::Admitted;
  }
  // Records end nearly in the order they were sent, so the sum of the oldest tells what is still to be read;
  // half of what one partition keeps leaves room for all of it falling into one.
  const std::uint64_t unread = bytes_.back() - bytes_[std::min<std::uint64_t>(ended_(), sent_)];
  if (unread > 0 && unread + record.bytes() > kafka::MockBroker::most_unread / 2) return Admission::Full;
  bytes_.push_back(bytes_.back() + record.bytes());
  ++sent_;
  record.timestamp_ms = Record::open_timestamp;
  producer_.produce(std::make_shared<const Record>(std::move(record)), [](const std::optional<Error>&) {});
  return Admission::Admitted;
}

void DemoFeed::wait(std::chrono::milliseconds longest) {
  std::this_thread::sleep_for(std::min(longest, std::chrono::milliseconds{1}));
}

}  // namespace radflow::cli
