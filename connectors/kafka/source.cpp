// kafka (source): reads the records of one or more topics as a member of a consumer group.
//   sources:
//     - kafka: {topic: frames, group: pneumonia}
//
// Exactly once: the graph's transactions commit. At least once: what is committed is each partition's
// frontier, every second or after a number of records, when partitions are given up and at the end. What is
// read again after a crash is bounded: no more than `max_uncommitted` records are read beyond what is
// committed. Without room in the graph the source keeps one record in hand; when that lasts it pauses its
// partitions and goes on polling, so that the group does not take it for dead. Pausing throws away what was
// fetched ahead, so short waits come first.
//
// Both kinds of rebalance work. librdkafka's default (range) gives everything up first. With
// partition.assignment.strategy: cooperative-sticky what stays goes on being read; what is committed while
// the group changes is held back until it has (see JoinWatch). It is not the default because librdkafka 2.0.2
// aborts the process of a member that ends between joining and its first assignment (its assignor_state is
// asserted, not tested; mended in 2.1.1): nothing is lost, but nothing ends in order either.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <deque>
#include <optional>
#include <thread>

#include "connectors/kafka/assignment.hpp"
#include "connectors/kafka/client.hpp"
#include "connectors/kafka/join_watch.hpp"
#include "connectors/kafka/message.hpp"
#include "connectors/kafka/properties.hpp"
#include "connectors/kafka/transactions.hpp"
#include "graph/connector.hpp"
#include "graph/shared.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Params {
  std::string topic;
  std::vector<std::string> topics;
  std::string group;
  std::string from = "earliest";
  bool until_caught_up = false;
  std::int64_t max_uncommitted = 4000;
};

class KafkaSource final : public Source {
 public:
  KafkaSource(const Params& params, const BuildInfo& info)
      : params_{params},
        assignment_{"radflow " + info.graph},
        client_{RD_KAFKA_CONSUMER,
                conf(params, info, join_),
                "source " + info.name,
                {.rebalance = [this](auto error, auto* partitions) { rebalance(error, *partitions); }}},
        commits_{rd_kafka_queue_new(client_.get())} {
    if (!params.topic.empty()) params_.topics.push_back(params.topic);
    if (params_.topics.empty())
      throw ParamError{"topic", "no topic is named: set 'topic: NAME' or 'topics: [NAME, ...]'"};
    const int longest = std::stoi(property(info.properties, "max.poll.interval.ms", "300000"));
    if (info.delivery == "exactly_once") {
      transactions_ = info.shared->get<Transactions>();
      transactions_->read(info.graph, group(params_, info), info.properties);
    }
    patience_ = std::min<std::chrono::milliseconds>(1s, std::chrono::milliseconds{longest} / 4);
    rd_kafka_poll_set_consumer(client_.get());
  }

  ~KafkaSource() override { finish(5s); }

  void run(Intake& intake, std::stop_token stop) override {
    if (transactions_) transactions_->start(client_.shared());
    subscribe();
    while (!stop.stop_requested() && !caught_up()) {
      check_transactions();
      keep_alive();
      if (params_.until_caught_up) ask_for_ends();
      if (MessagePtr message = next(100ms)) take(std::move(message), intake, stop);
    }
    // Until finish() the graph drains: the group must not take this member for dead, nor give it work.
    pause();
    draining_ = true;
    keeper_ = std::jthread{[this](std::stop_token end) {
      while (!end.stop_requested()) {
        keep_alive();
        poll(100ms);
      }
    }};
  }

  void done(const Position& position) override {
    assignment_.done(position);
    if (transactions_) transactions_->done(position);
  }

  void finish(std::chrono::milliseconds longest) override {
    if (std::exchange(closed_, true)) return;
    keeper_ = {};
    if (transactions_) transactions_->stop();
    const auto deadline = Clock::now() + longest;
    while (join_.joining() && Clock::now() < deadline - longest / 2) poll(50ms);
    // And time to leave: else the group waits for this member's timeout.
    commit_all(Clock::now() + longest / 2);
    held_.clear();  // a message that is held would keep the client from ending
    const QueuePtr events{rd_kafka_queue_new(client_.get())};
    if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_.get(), events.get()))
      return rd_kafka_error_destroy(error);
    // As events: the callbacks of a queue cannot take the records that may still be in it.
    while (!rd_kafka_consumer_closed(client_.get()) && Clock::now() < deadline) {
      const EventPtr event{rd_kafka_queue_poll(events.get(), 50)};
      if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
        rebalance(rd_kafka_event_error(event.get()), *rd_kafka_event_topic_partition_list(event.get()));
    }
  }

  bool ready() const override {
    return client_.connected() && assigned_ && (!transactions_ || transactions_->ready());
  }

  std::vector<PartitionStatus> partitions() const override {
    std::vector<PartitionStatus> all = assignment_.status();
    for (PartitionStatus& partition : all) {
      std::int64_t low = 0, high = -1;  // as last heard of in a fetch: asks nobody
      if (!rd_kafka_get_watermark_offsets(client_.get(), partition.topic.c_str(), partition.partition, &low,
                                          &high))
        partition.end = std::max<std::int64_t>(high, -1);
    }
    return all;
  }

 private:
  static std::string group(const Params& params, const BuildInfo& info) {
    return params.group.empty() ? property(info.properties, "group.id", info.graph) : params.group;
  }

  static ConfPtr conf(const Params& params, const BuildInfo& info, JoinWatch& join) {
    Properties properties = info.properties;
    if (!params.group.empty()) properties.emplace_back("group.id", params.group);
    ConfPtr made =
        make_conf({{"client.id", "radflow"},
                   {"group.id", group(params, info)},
                   {"auto.offset.reset", params.from},
                   {"enable.auto.commit", "false"},
                   {"enable.auto.offset.store", "false"},
                   {"enable.partition.eof", "true"},
                   {"statistics.interval.ms", "1000"},
                   {"session.timeout.ms", "10000"},       // how long a member that died stalls its partitions
                   {"heartbeat.interval.ms", "1000"},     // how soon a member hears that others come or go
                   {"reconnect.backoff.max.ms", "2000"},  // a broker that comes back is found by then
                   {"fetch.wait.max.ms", "10"},           // 500 costs 364 ms of latency
                   {"receive.message.max.bytes", "2147483647"},  // else an oversized fetch loops in silence
                   {"topic.metadata.refresh.interval.ms", "10000"}},  // a topic made later is found by then
                  properties);
    join.attach(*made);
    return made;
  }

  void subscribe() {
    const PartitionsPtr topics = partition_list();
    for (const std::string& topic : params_.topics)
      rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto error = rd_kafka_subscribe(client_.get(), topics.get()))
      throw ParamError{
          "topic", fmt::format("cannot subscribe to {}: {}", fmt::join(params_.topics, ", "), text(error))};
  }

  // The next record, of those that came though their partition was paused first.
  MessagePtr next(std::chrono::milliseconds longest) {
    if (held_.empty()) return poll(longest);
    MessagePtr message = std::move(held_.front());
    held_.pop_front();
    return message;
  }

  // The next record; null: none yet, or what came was no record.
  MessagePtr poll(std::chrono::milliseconds longest) {
    MessagePtr message{rd_kafka_consumer_poll(client_.get(), static_cast<int>(longest.count()))};
    if (!message || !message->err) return message;
    const std::string topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "";
    switch (message->err) {
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        // Unless a record before it was put back or let go unread.
        if (!held_.empty() || draining_) break;
        if (const auto passed = assignment_.skip_to(topic, message->partition, message->offset);
            passed && transactions_)
          transactions_->pass(*passed);
        break;
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        if (params_.until_caught_up && assignment_.empty())
          throw std::runtime_error{
              fmt::format("topic '{}' does not exist at {}: there is nothing to catch up with", topic,
                          client_.servers())};
        client_.warn(fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic,
                                 client_.servers()));
        break;
      case RD_KAFKA_RESP_ERR__FATAL:
        throw std::runtime_error{"Kafka gave this consumer up: " + client_.fatal()};
      default:
        client_.warn(rd_kafka_message_errstr(message.get()));
    }
    return nullptr;
  }

  void take(MessagePtr message, Intake& intake, const std::stop_token& stop) {
    Position position = kafka::position(*message);
    if (assignment_.beyond_end(position) || !assignment_.admit(position)) return;
    Record record = to_record(std::move(message), std::move(position), client_.shared());
    const auto asked = Clock::now();
    while (!admitted(record, intake)) {
      if (stop.stop_requested()) return;  // stays below the frontier, the next run reads it again
      check_transactions();
      if (!paused_ && Clock::now() - asked > patience_) pause();
      if (paused_) {
        if (MessagePtr early = poll(0ms)) held_.push_back(std::move(early));
        if (!assignment_.holds(record.position)) break;  // somebody else's now
      }
      keep_alive();
    }
    if (paused_) resume();
  }

  // What is read and not committed is bounded; the transactions bound theirs themselves.
  bool too_far() const { return !transactions_ && assignment_.uncommitted() > params_.max_uncommitted; }

  // False after a while, if there is no room.
  bool admitted(Record& record, Intake& intake) {
    if (too_far()) {
      serve_commits(20ms);
      return false;
    }
    if (transactions_ && !transactions_->enter(record.position)) {
      transactions_->wait(20ms);
      return false;
    }
    if (intake.admit(record) == Admission::Admitted) return true;
    if (transactions_) transactions_->leave(record.position);
    intake.wait(20ms);
    return false;
  }

  void check_transactions() const {
    if (!transactions_) return;
    if (const std::string failure = transactions_->failure(); !failure.empty())
      throw std::runtime_error{failure};
  }

  void pause() {
    paused_ = true;
    rd_kafka_topic_partition_list_t* held = nullptr;
    if (rd_kafka_assignment(client_.get(), &held)) return;
    rd_kafka_pause_partitions(client_.get(), PartitionsPtr{held}.get());
  }
  void resume() {
    paused_ = false;
    rd_kafka_topic_partition_list_t* held = nullptr;
    if (rd_kafka_assignment(client_.get(), &held)) return;
    rd_kafka_resume_partitions(client_.get(), PartitionsPtr{held}.get());
  }

  void rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t& partitions) {
    const bool cooperative = std::string_view{rd_kafka_rebalance_protocol(client_.get())} == "COOPERATIVE";
    rd_kafka_resp_err_t error{};
    rd_kafka_error_t* incremental = nullptr;
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      assignment_.add(partitions);
      if (cooperative)
        incremental = rd_kafka_incremental_assign(client_.get(), &partitions);
      else
        error = rd_kafka_assign(client_.get(), &partitions);
      // A partition that comes back is still paused if it was when it went.
      if (paused_)
        rd_kafka_pause_partitions(client_.get(), &partitions);
      else
        rd_kafka_resume_partitions(client_.get(), &partitions);
      if (!assigned_.exchange(true) || partitions.cnt > 0) assigned_at_ = Clock::now();
    } else {
      give_up(partitions);
      if (cooperative && !closed_) join_.expect();
      if (cooperative)
        incremental = rd_kafka_incremental_unassign(client_.get(), &partitions);
      else
        error = rd_kafka_assign(client_.get(), nullptr);
    }
    if (incremental) {
      client_.warn(fmt::format("rebalance: {}", rd_kafka_error_string(incremental)));
      rd_kafka_error_destroy(incremental);
    } else if (error) {
      client_.warn(fmt::format("rebalance: {}", text(error)));
    }
    spdlog::info("{}: {} {} partitions", client_.what(),
                 event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? "takes" : "gives up", partitions.cnt);
  }

  // What is nearly through is waited for, then the frontier is committed; both with an end.
  void give_up(const rd_kafka_topic_partition_list_t& partitions) {
    if (transactions_) {
      transactions_->give_up(partitions, closed_ || rd_kafka_assignment_lost(client_.get()) ? 0ms : 5s);
    } else if (!rd_kafka_assignment_lost(client_.get())) {
      if (!closed_) assignment_.wait_idle(partitions, 5s);
      commit_all(Clock::now() + 3s, &partitions);
    }
    assignment_.remove(partitions);
    std::erase_if(held_, [&](const MessagePtr& message) {
      return rd_kafka_topic_partition_list_find(&partitions, rd_kafka_topic_name(message->rkt),
                                                message->partition);
    });
  }

  // What has to be done at least once a second, or when there is enough to commit.
  void keep_alive() {
    const auto now = Clock::now();
    const bool enough = assignment_.done_since_commit() > params_.max_uncommitted / 8 || too_far();
    if (now - kept_ < (enough ? 5ms : 1000ms)) return;
    kept_ = now;
    client_.watch();
    serve_commits(0ms);
    if (commits_under_way_ == 0 && !join_.joining()) commit(assignment_.to_commit());
  }

  void commit(PartitionsPtr list) {
    if (!list || transactions_) return;
    if (const auto error = rd_kafka_commit_queue(client_.get(), list.get(), commits_.get(), nullptr, nullptr))
      return assignment_.committed(*list, error);
    ++commits_under_way_;
  }

  bool serve_commits(std::chrono::milliseconds longest) {
    const EventPtr event{rd_kafka_queue_poll(commits_.get(), static_cast<int>(longest.count()))};
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) return false;
    --commits_under_way_;
    const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
    if (const auto* list = rd_kafka_event_topic_partition_list(event.get()))
      assignment_.committed(*list, error);
    if (error && error != RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
      client_.warn(fmt::format("positions could not be committed ({}), trying again", text(error)));
    return true;
  }

  // Waits for the answers. A commit that fails is tried again, unless the partitions are somebody else's.
  void commit_all(Clock::time_point deadline, const rd_kafka_topic_partition_list_t* only = nullptr) {
    for (int round = 0; Clock::now() < deadline; ++round) {
      if (round > 1) std::this_thread::sleep_for(20ms);
      if (rd_kafka_assignment_lost(client_.get())) return;
      if (PartitionsPtr due = assignment_.to_commit(only))
        commit(std::move(due));
      else if (commits_under_way_ == 0)
        return;
      while (commits_under_way_ > 0 && Clock::now() < deadline) serve_commits(50ms);
    }
  }

  // The ends that are to be reached are those of the moment a partition came.
  void ask_for_ends() {
    for (const auto& [topic, partition] : assignment_.without_end()) {
      std::int64_t low = 0, high = 0;
      if (!rd_kafka_query_watermark_offsets(client_.get(), topic.c_str(), partition, &low, &high, 5000))
        assignment_.set_end(topic, partition, high);
    }
  }

  bool caught_up() const {
    if (!params_.until_caught_up || !assigned_ || !assignment_.all_at_end()) return false;
    // A member that joins a group is first given nothing: the others have to let go.
    return !assignment_.empty() || Clock::now() - assigned_at_ > 5s;
  }

  Params params_;
  Assignment assignment_;
  JoinWatch join_;
  std::shared_ptr<Transactions> transactions_;  // null: at least once
  Client client_;
  QueuePtr commits_;
  int commits_under_way_ = 0;
  std::deque<MessagePtr> held_;
  std::chrono::milliseconds patience_;
  bool paused_ = false;
  bool draining_ = false;  // what comes now is not read
  bool closed_ = false;
  std::atomic<bool> assigned_{false};  // an empty assignment counts
  Clock::time_point assigned_at_{};
  Clock::time_point kept_{};
  std::jthread keeper_;
};

const RegisterSource<KafkaSource, Params> registered{
    SourceSpec{"kafka",
               "Reads the records of Kafka topics as a member of a consumer group; at least once, or in "
               "transactions."}
        .param(&Params::topic, "topic", any(), "The topic to read.")
        .param(&Params::topics, "topics", any(),
               "More topics to read; a name that begins with ^ is a pattern.")
        .param(&Params::group, "group", any(), "The consumer group; default: the graph's name.")
        .param(&Params::from, "from", choice({"earliest", "latest"}),
               "Where a group without a position begins.")
        .param(&Params::until_caught_up, "until_caught_up", any(),
               "Ends at the offsets that were the ends when a partition was assigned.")
        .param(&Params::max_uncommitted, "max_uncommitted", range(1, 1e9),
               "Records read beyond what is committed, at most: what a crash repeats.")
        .free_params()
        .transactional()
        .example("kafka: {topic: frames, bootstrap.servers: 'localhost:9092'}")};

}  // namespace
}  // namespace radflow::kafka
