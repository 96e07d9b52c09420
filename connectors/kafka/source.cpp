// kafka (source): reads the records of one or more topics as a member of a consumer group.
//   sources:
//     - kafka: {topic: frames, group: pneumonia}
//
// Exactly once: the graph's transactions commit. At least once: what is committed is each partition's
// frontier, every second or after a number of records, when partitions are given up and at the end. What is
// read again after a crash is bounded: no more than `max_uncommitted` records are read beyond what is
// committed. Without room in the graph the source keeps one record in hand; when that lasts it pauses its
// partitions and goes on polling, so that the group does not take it for dead. Pausing throws away what was
// fetched ahead, so short waits come first. Claims are fetched before they are admitted: see ClaimDesk.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "connectors/claim_check/desk.hpp"
#include "connectors/kafka/caution.hpp"
#include "connectors/kafka/group_member.hpp"
#include "connectors/kafka/properties.hpp"
#include "connectors/kafka/range.hpp"
#include "connectors/kafka/source_params.hpp"
#include "graph/connector.hpp"
#include "graph/dead_letter.hpp"
#include "graph/shared.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

using Params = SourceParams;

class KafkaSource final : public Source {
 public:
  KafkaSource(const Params& params, const BuildInfo& info)
      : params_{params}, info_{info}, assignment_{info.graph}, claims_{claim_check(params, info)} {
    if (!params.topic.empty()) params_.topics.push_back(params.topic);
    if (params_.topics.empty())
      throw ParamError{"topic", "no topic is named: set 'topic: NAME' or 'topics: [NAME, ...]'"};
    for (const std::string& range : params_.skip) skips_.push_back(parse_range(range, "skip"));
    const int longest = std::stoi(property(info.properties, "max.poll.interval.ms", "300000"));
    patience_ = std::min<std::chrono::milliseconds>(1s, std::chrono::milliseconds{longest} / 4);
    if (info.delivery == "exactly_once") transactions_ = info.shared->get<Transactions>();
    caution_.emplace(assignment_, transactions_.get(), info.graph);
    if (transactions_) transactions_->read(caution_->at_work(), group(), info.properties);
    member_ = make_member();
  }

  ~KafkaSource() override { finish(5s); }

  void run(Intake& graph, std::stop_token stop) override {
    ClaimDesk desk{claims_, "source " + info_.name, graph,
                   [this](const Position& position) { return assignment_.holds(position); }};
    if (transactions_)
      transactions_->start(member_->client().shared(),
                           [this](const auto& committed) { assignment_.done_below(committed); });
    member_->subscribe(params_.topics);
    while (!stop.stop_requested() && !(caught_up() && desk.empty())) {
      check_transactions();
      keep_alive();
      if (params_.until_caught_up) ask_for_ends();
      desk.serve();
      if (MessagePtr message = next(desk.empty() ? 100ms : 5ms)) take(std::move(message), desk, stop);
    }
    // Until finish() the graph drains: the group must not take this member for dead, nor give it work.
    member_->pause();
    draining_ = true;
    keeper_ = std::jthread{[this](std::stop_token end) {
      while (!end.stop_requested()) {
        keep_alive();
        poll(100ms);
      }
    }};
  }

  void done(const Position& position) override {
    if (transactions_)
      transactions_->done(position);
    else
      assignment_.done(position);
  }

  void finish(std::chrono::milliseconds longest) override {
    if (std::exchange(finished_, true)) return;
    keeper_ = {};
    if (transactions_) transactions_->stop();
    member_->leave(Clock::now() + longest);
  }

  bool ready() const override {
    const auto current = member();
    return current->client().connected() && claims_.failing == 0 &&
           current->assigned_at() != Clock::time_point{} && (!transactions_ || transactions_->ready());
  }

  std::vector<PartitionStatus> partitions() const override {
    const auto current = member();
    std::vector<PartitionStatus> all = assignment_.status();
    for (PartitionStatus& partition : all) {
      std::int64_t low = 0, high = -1;  // as last heard of in a fetch: asks nobody
      if (!rd_kafka_get_watermark_offsets(current->client().get(), partition.topic.c_str(),
                                          partition.partition, &low, &high))
        partition.end = std::max<std::int64_t>(high, -1);
    }
    return all;
  }

 private:
  std::string group() const {
    return params_.group.empty() ? property(info_.properties, "group.id", info_.graph) : params_.group;
  }

  std::shared_ptr<GroupMember> make_member() {
    Properties properties = info_.properties;
    if (!params_.group.empty()) properties.emplace_back("group.id", params_.group);
    ConfPtr conf =
        make_conf({{"client.id", "radflow"},
                   {"group.id", group()},
                   {"partition.assignment.strategy", "cooperative-sticky"},
                   {"auto.offset.reset", params_.from},
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
    return std::make_shared<GroupMember>(std::move(conf), "source " + info_.name, assignment_,
                                         transactions_.get());
  }

  // For threads other than the polling one, the only one that makes a new member.
  std::shared_ptr<GroupMember> member() const {
    std::lock_guard lock{mutex_};
    return member_;
  }

  // As another member, that reads again what is not committed.
  void join_anew() {
    std::shared_ptr<GroupMember> fresh = make_member();
    fresh->subscribe(params_.topics);
    if (member_->paused()) fresh->pause();
    assignment_.clear();
    const std::lock_guard lock{mutex_};
    member_.swap(fresh);
  }

  // The next record, of those that came though their partition was paused first.
  MessagePtr next(std::chrono::milliseconds longest) {
    if (MessagePtr held = member_->take_held()) return held;
    return poll(longest);
  }

  // The next record; null: none yet, or what came was no record.
  MessagePtr poll(std::chrono::milliseconds longest) {
    MessagePtr message = member_->poll(longest);
    if (!message || !message->err) return message;
    Client& client = member_->client();
    const std::string topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "";
    switch (message->err) {
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        // Unless a record before it was put back or let go unread.
        if (member_->holds_any() || draining_) break;
        if (const auto passed = assignment_.skip_to(topic, message->partition, message->offset);
            passed && transactions_)
          transactions_->pass(*passed);
        break;
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        if (params_.until_caught_up && assignment_.empty())
          throw std::runtime_error{fmt::format(
              "topic '{}' does not exist at {}: there is nothing to catch up with", topic, client.servers())};
        client.warn(fmt::format("topic '{}' does not exist at {}, waiting until it is made", topic,
                                client.servers()));
        break;
      case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        break;  // the client has said so
      case RD_KAFKA_RESP_ERR__FATAL:
        message.reset();  // of the member that ends now
        if (draining_) {
          client.warn("Kafka gave this consumer up: " + client.fatal());
        } else if (member_->fenced_by_own_commit()) {
          client.warn("the broker took a commit from before its silence for a second process, joining anew");
          join_anew();
        } else {
          throw std::runtime_error{"Kafka gave this consumer up: " + client.fatal()};
        }
        break;
      default:
        client.warn(rd_kafka_message_errstr(message.get()));
    }
    return nullptr;
  }

  void take(MessagePtr message, ClaimDesk& desk, const std::stop_token& stop) {
    Position position = kafka::position(*message);
    if (assignment_.beyond_end(position) || !assignment_.admit(position)) return;
    Record record = to_record(std::move(message), std::move(position), member_->client().shared());
    const auto asked = Clock::now();
    while (!admitted(record, desk)) {
      if (stop.stop_requested()) return;  // stays below the frontier, the next run reads it again
      check_transactions();
      if (!member_->paused() && Clock::now() - asked > patience_) member_->pause();
      if (member_->paused()) {
        if (MessagePtr early = poll(0ms)) member_->hold(std::move(early));
      }
      keep_alive();
      desk.serve();                                    // what it holds may be what this record waits for
      if (!assignment_.holds(record.position)) break;  // somebody else's now
    }
    if (member_->paused()) member_->resume();
  }

  // What is read and not committed is bounded; the transactions bound theirs themselves.
  bool too_far() const { return !transactions_ && assignment_.uncommitted() > params_.max_uncommitted; }

  // False after a while, if there is no room.
  bool admitted(Record& record, Intake& intake) {
    if (too_far()) {
      member_->serve_commits(20ms);
      return false;
    }
    if (!caution_->lets_in(record.position, *member_)) return false;
    if (transactions_ && !transactions_->enter(record.position)) {
      transactions_->wait(20ms);
      return false;
    }
    if (let_in(record, intake) == Admission::Admitted) {
      caution_->entered();
      return true;
    }
    if (transactions_) transactions_->leave(record.position);
    intake.wait(20ms);
    return false;
  }

  Admission let_in(Record& record, Intake& intake) const {
    const Position& at = record.position;
    if (std::ranges::none_of(skips_, [&](const Range& range) { return range.holds(at); }))
      return intake.admit(record);
    const std::string text = to_text({at.topic, at.partition, at.offset, at.offset + 1});
    const Admission done = intake.refuse(record, {skipped_reason, "passed by with --skip " + text}, 0);
    if (done == Admission::Admitted) spdlog::warn("{} goes to the dead letters: it is to be skipped", text);
    return done;
  }

  void check_transactions() {
    if (!transactions_) return;
    if (const std::string failure = transactions_->failure(); !failure.empty())
      throw std::runtime_error{failure};
    if (!transactions_->broken()) return;
    member_->leave(Clock::now() + 2s);
    join_anew();
    transactions_->renew(member_->client().shared());
  }

  // What has to be done at least once a second, or when there is enough to commit.
  void keep_alive() {
    const auto now = Clock::now();
    const bool enough = assignment_.done_since_commit() > params_.max_uncommitted / 8 || too_far();
    if (now - kept_ < (enough ? 5ms : 1000ms)) return;
    kept_ = now;
    member_->client().watch();
    member_->commit_due();
  }

  // The ends that are to be reached are those of the moment a partition came.
  void ask_for_ends() {
    for (const auto& [topic, partition] : assignment_.without_end()) {
      std::int64_t low = 0, high = 0;
      if (!rd_kafka_query_watermark_offsets(member_->client().get(), topic.c_str(), partition, &low, &high,
                                            5000))
        assignment_.set_end(topic, partition, high);
    }
  }

  bool caught_up() const {
    const auto assigned_at = member_->assigned_at();
    if (!params_.until_caught_up || assigned_at == Clock::time_point{} || !assignment_.all_at_end())
      return false;
    // A member that joins a group is first given nothing: the others have to let go.
    return !assignment_.empty() || Clock::now() - assigned_at > 5s;
  }

  Params params_;
  const BuildInfo info_;
  Assignment assignment_;
  ClaimCheck claims_;
  std::shared_ptr<Transactions> transactions_;  // null: at least once
  std::optional<Caution> caution_;
  std::vector<Range> skips_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::shared_ptr<GroupMember> member_;  // changed under mutex_
  bool draining_ = false;                // what comes now is not read
  bool finished_ = false;
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
        .param(
            &Params::skip, "skip", any(),
            "Records that are not computed but go to the dead letters: TOPIC:PARTITION:OFFSET, or FROM-TO. "
            "Usually given by radflow run --skip.")
        .param(&Params::claims_allowed, "claim_check.allow", any(),
               "Prefixes of addresses, each ending in /, from which the value of a record without one may be "
               "fetched: its header ce_dataref has the address (file:, http:, https:), ce_datarefsha256 the "
               "SHA-256. Nothing else may.")
        .param(&Params::claim_bytes, "claim_check.max_bytes", at_least(1),
               "What is fetched for a record, at most.")
        .param(&Params::claim_timeout, "claim_check.timeout", at_least(1),
               "To connect, and without a byte; then it is tried again.")
        .param(&Params::claim_ca, "claim_check.ca", {.file = true},
               "Certificates (PEM) to trust for https: instead of the system's.")
        .param(&Params::claims_at_once, "claim_check.parallel", range(1, 64), "Fetches at the same time.")
        .free_params()
        .transactional()
        .example("kafka: {topic: frames, bootstrap.servers: 'localhost:9092'}")};

}  // namespace
}  // namespace radflow::kafka
