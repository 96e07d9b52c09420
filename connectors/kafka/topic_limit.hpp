// TopicLimit: asks the brokers how large a record may be, now and every minute: the topic's max.message.bytes
// and the broker's own socket.request.max.bytes, above which it closes the connection without a word. Used by
// one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/client.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow::kafka {

// What a batch of records may weigh, in bytes. Absent: not known (yet), or nobody may tell.
struct SizeLimit {
  std::optional<std::int64_t> topic;    // as it is stored: compressed
  std::optional<std::int64_t> request;  // as librdkafka counts, before it compresses

  // The largest batch that both allow, at most `otherwise`.
  std::int64_t batch_bytes(std::int64_t otherwise) const;
  // Why the record can never be produced. A compressed one is compared with the broker's limit only, as if it
  // were not: what it weighs then for its topic only the broker can tell.
  std::optional<Error> too_large(const Record& record, const std::string& topic_name, bool compressed) const;

  bool operator==(const SizeLimit&) const = default;
};

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

  const SizeLimit& limit() const { return limit_; }
  // The brokers have answered, if only that they will not tell.
  bool answered() const { return answered_; }

 private:
  void ask();
  bool take(const rd_kafka_event_t& event);
  bool take(const rd_kafka_ConfigResource_t& resource);

  using Clock = std::chrono::steady_clock;
  std::string topic_;
  Client* client_ = nullptr;
  QueuePtr answers_;
  bool asking_ = false;
  bool answered_ = false;
  Clock::time_point ask_at_{};
  SizeLimit limit_;
};

}  // namespace radflow::kafka
