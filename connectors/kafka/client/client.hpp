// Client: one librdkafka client, what is known of its connection and how that is said. All callbacks are
// served by the thread that polls; not_ready() may be asked by any thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/kafka/client/answering.hpp"
#include "connectors/kafka/client/unreachable_brokers.hpp"
#include "connectors/kafka/librdkafka/handle.hpp"
#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {

class Client {
 public:
  struct Handlers {
    std::function<void(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*)> rebalance;  // consumers
    std::function<void(const rd_kafka_message_t&)> delivered;                              // producers
    // What else librdkafka's threads use, such as an interceptor's state: kept until they have ended.
    std::shared_ptr<const void> kept = nullptr;
  };

  // `what` names the client in messages: "source frames". Throws ParamError if properties do not fit
  // together.
  Client(rd_kafka_type_t type, ConfPtr conf, std::string what, Handlers handlers);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_t* get() const { return client_.get(); }
  const ClientPtr& shared() const { return client_; }

  // What a consumer is given next, a record or an event with its error; null: nothing within `longest`.
  // Polling thread.
  MessagePtr poll(std::chrono::milliseconds longest);

  // Why it cannot work for now: no broker answers, the login or an operation is refused. "": a broker answers,
  // heard of once a second, and refuses nothing. One that stands still is noticed 5 s after the last thing it
  // was asked for.
  std::string not_ready() const;

  // Says when the brokers cannot be reached (3 s after the start at the latest, then every 30 s) and when
  // they can be again, and which single ones cannot though others can. The polling thread calls it at least once a second.
  void watch();

  // Logs a warning, the same one at most every 30 s; its fields begin with the client's name. Polling thread.
  void warn(const std::string& message, const LogFields& fields = {});

  // The broker does not allow an operation ("Read") on a "topic" or "group": said with what an operator can
  // do, and kept until allowed() is told that it works. Polling thread.
  void refused(const std::string& kind, const std::string& name, const std::string& operation);
  void allowed(const std::string& kind, const std::string& name) {
    if (!refusals_.empty()) forget_refusal({kind, name, ""});
  }
  // The same for a consumer's commit: only another commit shows that it is allowed now, not what is read.
  void heard_of_commit(const rd_kafka_topic_partition_list_t* partitions, rd_kafka_resp_err_t error);
  // What was to be committed is given up.
  void forget_commits();

  // Takes from what a consumer was given, record or error, whether it may read.
  void heard(const rd_kafka_message_t& message);

  // No producer id is given to a producer that may not write `topic`. With it goes the client: kept over its
  // successors, until librdkafka has an id or something is delivered. Polling thread.
  void refused_producer_id(const std::string& topic);
  void allowed_producer_id(const std::string& topic);
  bool has_producer_id() const { return has_producer_id_; }

  // Why the client can never work again.
  struct Fatal {
    rd_kafka_resp_err_t code;
    std::string reason;
  };
  std::optional<Fatal> fatal() const;

  // What the client's successor has to know: what was said, so that it is not said again, and what is refused.
  class Memory;
  Memory memory() const;
  void take_over(Memory memory);

  // The id of the cluster; "": no broker has told it yet. Any thread.
  std::string cluster() const;

  const std::string& servers() const { return servers_; }
  const std::string& what() const { return what_; }

 private:
  // What librdkafka's callbacks are given. It lives as long as librdkafka's client, which a record may keep longer than
  // its Client. Then only the threads of librdkafka still call: they ask for certificates.
  struct Callbacks;
  struct Refusal {
    std::string kind, name;
    std::string cost;  // what cannot be done, where the operation alone does not say it
    auto operator<=>(const Refusal&) const = default;
  };
  void on_error(rd_kafka_resp_err_t error, std::string reason);
  void on_statistics(std::string_view json);
  void refuse(const Refusal& refusal, const std::string& operation, const std::string& also = "");
  void forget_refusal(const Refusal& refusal);
  void update();

  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::string servers_, group_, mechanism_;
  Handlers handlers_;
  bool connected_ = false;
  std::map<Refusal, std::string> refusals_;  // with the operation
  bool has_producer_id_ = false;
  Answering answering_;
  UnreachableBrokers unreachable_;
  std::string reason_;  // the last thing that was wrong with the connection
  bool login_refused_ = false;
  bool said_ = false;
  mutable std::mutex mutex_;
  std::string not_ready_;                   // under mutex_
  Clock::time_point since_ = Clock::now();  // not connected since
  std::map<std::string, Clock::time_point> warned_;
  std::optional<FetchAhead> fetch_ahead_;  // of a consumer
  std::shared_ptr<Callbacks> callbacks_;
  ClientPtr client_;
};

class Client::Memory {
  friend class Client;
  std::map<Refusal, std::string> refusals;
  std::map<std::string, Clock::time_point> warned;
};

// What a message that is an error tells: its cause, topic and partition.
LogFields error_fields(const rd_kafka_message_t& message);

}  // namespace radflow::kafka
