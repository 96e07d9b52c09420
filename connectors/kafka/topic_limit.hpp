// TopicLimit: asks the brokers for a topic's max.message.bytes, now and every minute. Used by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/client.hpp"

namespace radflow::kafka {

class TopicLimit {
 public:
  explicit TopicLimit(std::string topic) : topic_{std::move(topic)} {}

  // The client that is asked; its predecessor's answers are not waited for.
  void attach(Client& client);
  void detach() { answers_.reset(); }

  // Asks when it is time and takes in what came. True if the limit changed.
  bool serve();
  void ask_again() {
    ask_at_ = {};
    answered_ = false;
  }

  // Absent: not known (yet), or nobody may tell.
  std::optional<std::int64_t> bytes() const { return bytes_; }
  // The brokers have answered, if only that they will not tell.
  bool answered() const { return answered_; }

 private:
  void ask();
  bool take(const rd_kafka_event_t& event);

  using Clock = std::chrono::steady_clock;
  std::string topic_;
  Client* client_ = nullptr;
  QueuePtr answers_;
  bool asking_ = false;
  bool answered_ = false;
  Clock::time_point ask_at_{};
  std::optional<std::int64_t> bytes_;
};

}  // namespace radflow::kafka
