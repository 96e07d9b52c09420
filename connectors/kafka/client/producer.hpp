// Producer: hands records to one topic, in order, and tries again whatever is not the record's fault. Has a
// thread of its own for delivery reports. All members are thread-safe; only flush() and the end wait.
//
// A broker refuses a whole batch for one wrong record. What its topic's rules tell is refused before it is produced.
// A batch that is refused nevertheless is produced again record by record, so that only what is wrong ends with an
// error. Records of the same keys behind it may be written by then: that is the one case in which the order per key
// is lost, and a warning says so.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "connectors/kafka/client/backoff.hpp"
#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/topic_rules.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow::kafka {

class Producer {
 public:
  // Nothing: the broker has it. An error: no broker will ever take this record. Called once, from any thread.
  using Delivered = std::function<void(std::optional<Error>)>;

  // Throws ParamError.
  Producer(std::string topic, Properties properties, const std::string& what);
  // What is not delivered by then is forgotten; nobody hears of it.
  ~Producer();

  // Of its client, before what is given.
  static Properties defaults();

  void produce(std::shared_ptr<const Record> record, Delivered delivered);
  // Waits until everything is delivered or refused; false if `longest` passed first.
  bool flush(std::chrono::milliseconds longest);

  // Why nothing can be written for now; "": a broker answers and refuses nothing, the topic is there with its leaders,
  // and nothing is held back.
  std::string not_ready() const;
  // The id of the cluster; "": no broker has told it yet.
  std::string cluster() const;
  // Records neither delivered nor refused.
  std::size_t outstanding() const;

 private:
  struct Output {
    std::uint64_t number;
    std::shared_ptr<const Record> record;
    Delivered delivered;
    bool alone = false;  // its batch was refused: it is produced by itself, and what it hears then is its own
  };

  void open();
  void ended(const Client::Fatal& fatal);
  void reopen();
  void run(const std::stop_token& stop);
  void look_after();
  std::string why_held_back() const;
  void hand_over();
  rd_kafka_resp_err_t enqueue(const Output& output);
  bool may_hand_over() const;
  void report(const rd_kafka_message_t& message);
  void produce_alone(Output& output, rd_kafka_resp_err_t refused);
  void end(Output& output, std::optional<Error> error);

  using Clock = std::chrono::steady_clock;
  const std::string topic_;
  const Properties properties_;
  const std::string what_;
  const bool compressed_;  // what a record weighs then only the broker can tell
  std::int64_t batch_bytes_;
  std::chrono::milliseconds patience_{5000};  // with outputs none of which ends

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable idle_;
  // Not yet handed to librdkafka, by number, so that a record that comes back keeps its place.
  std::map<std::uint64_t, std::unique_ptr<Output>> waiting_;
  std::uint64_t number_ = 0;
  std::size_t outstanding_ = 0;
  Clock::time_point moved_at_{};  // when an output ended last, or the first of those outstanding came
  std::size_t alone_ = 0;         // how many are to be produced by themselves
  TopicRules rules_;
  bool open_ = false;  // the rules were asked for: records may go
  Clock::time_point retry_at_{};
  static constexpr std::chrono::milliseconds pause_after_failure{500};  // until retry_at_
  std::string not_ready_ = "Kafka has not answered yet";
  std::string cluster_;
  std::unique_ptr<Client> client_;

  std::atomic<bool> flushing_{false};
  std::atomic<rd_kafka_resp_err_t> not_taken_{
      RD_KAFKA_RESP_ERR_NO_ERROR};  // why librdkafka took no record last
  TopicRulesQuery rules_query_;     // used by the thread alone, as what follows
  bool reopen_ = false;
  std::optional<Clock::time_point> reopen_at_;  // the client ended
  Backoff reopening_{std::chrono::milliseconds{500}, std::chrono::seconds{30}};
  Clock::time_point looked_after_{};
  std::jthread thread_;
};

}  // namespace radflow::kafka
