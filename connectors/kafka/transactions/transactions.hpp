// Transactions: exactly once, for one graph that reads and writes Kafka. Its source and all its sinks share
// it.
//
//   What is admitted between two moments is a transaction batch. Sinks put what comes of its records in here and count
//   it as delivered; nothing is produced yet. When a batch is closed (by time, count or bytes) and its last
//   record is done, one transaction produces it and commits the group's offsets; the next batch is computed
//   meanwhile, and without room for a third the source waits. What goes wrong in a way that passes aborts the
//   transaction, and the kept outputs are produced again. A process that is no longer the partitions' owner
//   cannot commit: the offsets go with the member id and generation of the consumer, and the broker compares.
//   When Kafka gives the producer up (a broker that was away for longer than the transaction's timeout, or
//   another process of its name), nothing is known of the last transaction but by the group's offsets: all
//   that is held is dropped, lost() says so, and the source reads again from what is committed, as a new
//   process would, unless the group knows another process of its name.
//   A broker refuses a whole batch of produced records for one wrong output. What a topic's rules tell is refused by
//   add(). Produced records that are refused nevertheless abort the transaction, and the next attempt produces them one
//   by one until it is known which are wrong. Then, as above, the source reads again from what is committed, and add() refuses these:
//   their dead letters are part of the transaction that takes its place.
//
// All members are thread-safe; one thread of its own talks to the broker.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "connectors/kafka/client/backoff.hpp"
#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/client/topic_rules.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "connectors/kafka/transactions/durations.hpp"
#include "connectors/kafka/transactions/refused_outputs.hpp"
#include "connectors/kafka/transactions/transaction_batches.hpp"
#include "connectors/kafka/transactions/transactional_id.hpp"
#include "graph/result.hpp"

namespace radflow::kafka {

class Transactions {
 public:
  Transactions() = default;
  ~Transactions();

  // Of the producer, before what the YAML says.
  static Properties defaults(const std::string& id);

  // While the graph is built: the source first, then each sink. `metadata` goes with the offsets; write()
  // gives the topic's number. Throw ParamError.
  void read(TransactionBatch::Metadata metadata, const std::string& group, const Properties& properties);
  std::size_t write(const std::string& topic, const Properties& properties);

  // The source's side. start() before the first record; after stop() nothing is committed any more, nor
  // `committed` called, which is told of every transaction's positions by the thread.
  using Committed = std::function<void(const rd_kafka_topic_partition_list_t&)>;
  void start(ClientPtr consumer, Committed committed);
  void stop();
  // What was read and not committed has to be read again, by another consumer, before enter() succeeds again.
  bool lost() const;
  // Lost because the name was taken away, and it is one that another process may have been given: the group tells.
  bool may_be_fenced_by_twin() const;
  void renew(ClientPtr consumer);
  // Gives the position its transaction. False: there is no room, or the broker is not ready.
  bool enter(Position& position);
  // The graph had no room for the record after all.
  void leave(const Position& position);
  // Records end at this position for now: behind the last one lies a gap.
  void pass(const Position& position);
  void done(const Position& position);
  // Until enter() may succeed.
  void wait(std::chrono::milliseconds longest);
  // Waits until all that came of these partitions is committed; false: `longest` has passed first.
  bool settled(const rd_kafka_topic_partition_list_t& partitions, std::chrono::milliseconds longest);
  // Waits until all of these partitions is committed; then, or after `longest`, forgets what is left of them.
  // False: something was left.
  bool give_up(const rd_kafka_topic_partition_list_t& partitions, std::chrono::milliseconds longest);

  // Everything that was read is committed.
  bool all_committed() const;

  // The sinks' side. An error: the topic will never take this record.
  std::optional<Error> add(std::size_t topic, std::shared_ptr<const Record> record, const Position& origin);
  // How many records the committed transactions hold for the topic. After lost() those of the last one may
  // be missing: nobody says whether it was committed.
  std::uint64_t written(std::size_t topic) const { return topics_[topic].written; }
  // Commits everything; false if `longest` passed first, or a record failed that is not to be passed over.
  // For the end: when nothing is computed any more.
  bool flush(std::chrono::milliseconds longest);

  // Why no records are taken in for now, or "".
  std::string not_ready() const;
  // Why nothing can be committed any more, or "".
  std::string failure() const;

 private:
  using Clock = TransactionBatches::Clock;
  using SharedPartitions = std::shared_ptr<const rd_kafka_topic_partition_list_t>;
  using SharedMembership = std::shared_ptr<const rd_kafka_consumer_group_metadata_t>;
  // What may happen to records. The thread makes every transition but the one by renew().
  //
  //   from       to         when
  //   Beginning  Open       the brokers let transactions begin
  //   Open       Beginning  the topics' rules ask for a client that produces smaller or larger batches
  //   Open       Lost       Kafka gave the transactions up, or outputs were refused: what is held is dropped
  //   Open       Fenced     the same, because the name was taken away and another process may have been given it
  //   Lost       Beginning  renew(): the source reads again from what is committed
  //   Fenced     Beginning  renew(), unless the group ended the source because of the other process
  //   Beginning  Failed     the brokers will never let transactions begin, for a reason that is no permission
  //
  // Records enter while it is Open only.
  enum class State { Beginning, Open, Lost, Fenced, Failed };
  // What became of a call, an attempt or an abort. Lost: of the transaction nothing is known.
  enum class Outcome { Done, Aborted, Lost, Stopped };
  enum class Cause { Other, MayNotWrite, OutputsRefused, Fenced, IdRefused };
  struct Why {
    Cause cause = Cause::Other;
    std::string text;
  };
  // What one attempt has come to so far.
  struct Attempt {
    bool alone = false;     // what is being produced is produced by itself
    bool failed = false;    // an output did not arrive
    bool left_out = false;  // outputs that are known to be wrong were not produced
  };
  struct Topic {
    explicit Topic(const std::string& topic) : name{topic}, asked{topic} {}
    std::string name;
    TopicRulesQuery asked;  // used by the thread alone
    TopicRules rules;       // under mutex_
    std::atomic<std::uint64_t> written{0};
  };

  void open();
  std::int64_t largest_batch() const;  // that every topic takes, in bytes
  void run(const std::stop_token& stop);
  void serve();
  void begin(const std::stop_token& stop);
  void begin_later();
  void work(const std::stop_token& stop);
  bool needs_another_client() const { return largest_batch() != opened_batch_; }
  State state() const;
  void become(State state);
  bool close_batch();
  void begin_batch();
  bool settle(const rd_kafka_topic_partition_list_t& partitions, std::chrono::milliseconds longest,
              std::unique_lock<std::mutex>& lock);
  void commit(const std::stop_token& stop);
  void pause(std::chrono::milliseconds longest, const std::stop_token& stop);
  Outcome try_to_commit(const std::vector<TransactionBatch::Output>& outputs, const SharedPartitions& offsets,
                        const SharedMembership& member, const std::stop_token& stop);
  Outcome send_offsets(const SharedPartitions& offsets, const SharedMembership& member,
                       const std::stop_token& stop);
  Outcome call(const std::stop_token& stop, const std::function<rd_kafka_error_t*()>& ask);
  Outcome abort(const std::stop_token& stop);
  void lose();
  void reopen();
  Outcome produce_all(const std::vector<TransactionBatch::Output>& outputs, const std::stop_token& stop);
  rd_kafka_resp_err_t hand_over(const TransactionBatch::Output& output, const std::stop_token& stop);
  Outcome find_the_rest(const std::stop_token& stop);
  void produce_alone(const TransactionBatch::Output& output, const std::stop_token& stop);
  void settle(const std::stop_token& stop) const;
  void refused(const TransactionBatch::Output& output, rd_kafka_resp_err_t error);
  void refused_topics(const std::vector<TransactionBatch::Output>& outputs);
  void fail(std::string why);
  void hold_back(std::string why);

  MembershipPtr membership();
  std::string member_id() const;

  TransactionBatch::Metadata metadata_;
  Committed committed_;
  Properties source_properties_, properties_;
  std::optional<TransactionalId> id_;
  std::deque<Topic> topics_;                         // references stay
  std::int64_t batch_bytes_ = 0, opened_batch_ = 0;  // what the YAML says, and what the client has

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  State state_ = State::Beginning;
  std::string failure_;
  std::string disconnected_ = "Kafka has not answered yet";  // why nothing can be written, or ""
  std::string held_back_;  // why what is to be committed does not get through
  ClientPtr consumer_;
  TransactionBatches batches_;  // the outputs of the one ahead are the thread's once all its records are done
  int hurry_ = 0;               // how many wait for the end of the open one
  RefusedOutputs wrong_;

  RefusedOutputs
      suspects_;  // were refused together with their batch; used by the thread alone, as what follows
  Attempt attempt_;
  Why why_;                     // the last call or attempt was not Done
  std::string refused_topics_;  // one of which may not be written
  Clock::time_point again_at_{};
  Backoff reopening_{first_reopening, longest_reopening};  // until something is committed
  std::unique_ptr<Client> client_;  // destroyed before the outputs it may still look at
  std::jthread thread_;
};

}  // namespace radflow::kafka
