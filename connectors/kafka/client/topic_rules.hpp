// TopicRules: what a topic takes and what not, so that a record it refuses is refused before it is produced: a
// broker refuses the whole batch that such a record came in. TopicRulesQuery asks the brokers for them, now and
// every minute, more often while they refuse records, and every few seconds whether the topic is there.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/kafka/client/client.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow::kafka {

// Absent: not known (yet), or nobody may tell.
struct TopicRules {
  // What a batch of records may weigh, in bytes: max.message.bytes, as it is stored (compressed); and the broker's
  // socket.request.max.bytes, as librdkafka counts before it compresses. Above the latter a broker closes the
  // connection without a word.
  std::optional<std::int64_t> topic_bytes, request_bytes;
  // cleanup.policy has "compact": each record needs a key.
  bool needs_key = false;
  // message.timestamp.before.max.ms and after.max.ms: how far the time of a record may lie behind and ahead of the
  // broker's clock.
  std::optional<std::int64_t> most_behind_ms, most_ahead_ms;
  // min.insync.replicas.
  std::optional<std::int64_t> least_in_step;

  // The largest batch that both sizes allow, at most `otherwise`.
  std::int64_t batch_bytes(std::int64_t otherwise) const;
  // Why the record can never be produced: "too_large", "no_key" or "bad_timestamp". Of a compressed one only the
  // broker can tell what it weighs for its topic.
  std::optional<Error> refusal(const Record& record, const std::string& topic, bool compressed) const;

  bool operator==(const TopicRules&) const = default;
};

// How many replicas of a partition have all that its leader has.
struct InStep {
  std::int32_t partition = 0;
  std::int64_t replicas = 0;
};

// Used by one thread, but for refused().
class TopicRulesQuery {
 public:
  explicit TopicRulesQuery(std::string topic) : topic_{std::move(topic)} {}

  // The client that is asked; its predecessor's answers are not waited for.
  void attach(Client& client);
  void detach() { answers_.reset(); }

  // Asks when it is time and takes in what came. True if the rules changed.
  bool serve();
  void ask_again() {
    ask_at_ = look_at_ = {};
    answered_ = false;
  }
  // The rules refused a record, or a broker in spite of them: they are asked for again soon, since an operator may just
  // have changed them. Thread-safe.
  void refused() { refused_ = true; }

  const TopicRules& rules() const { return rules_; }
  // The brokers have answered, if only that they will not tell, or that the topic is missing and is not made at once.
  bool answered() const { return answered_; }
  // Why nothing can be written to the topic; "": it is there and each of its partitions has a leader, as last heard
  // of. Brokers that make topics make this one when they are asked.
  const std::string& not_writable() const { return not_writable_; }
  // "partition 0 has 1 replica in step, and min.insync.replicas asks for 2": then a broker refuses what is produced.
  // "" if that is not so, or not known.
  std::string too_few_replicas() const;

 private:
  void look();
  void ask();
  bool is_missing() const;
  bool take(const rd_kafka_event_t& event);
  bool take(const rd_kafka_ConfigResource_t& resource);

  using Clock = std::chrono::steady_clock;
  std::string topic_;
  Client* client_ = nullptr;
  QueuePtr answers_;
  bool asking_ = false;
  bool answered_ = false;
  std::string not_writable_;
  std::optional<InStep> fewest_in_step_;
  std::optional<std::int32_t> broker_;  // one that can be asked
  Clock::time_point look_at_{}, ask_at_{};
  std::atomic<bool> refused_{false};
  std::optional<Clock::time_point> missing_since_;
  TopicRules rules_;
};

}  // namespace radflow::kafka
