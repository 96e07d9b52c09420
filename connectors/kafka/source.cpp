// kafka (source): reads the records of one or more topics as a member of a consumer group.
//   sources:
//     - kafka: {topic: frames, group: pneumonia}
// What is committed and when, see Delivery. Without room in the graph the source keeps one record in hand; when that lasts it pauses its
// partitions and goes on polling, so that the group does not take it for dead. Pausing throws away what was
// fetched ahead, so short waits come first. Claims are fetched before they are admitted, see ClaimQueue; where it
// begins and what is gone, see Beginnings.
#include <algorithm>
#include <atomic>
#include <thread>

#include "connectors/claim_check/claim_queue.hpp"
#include "connectors/kafka/group/crash_guard.hpp"
#include "connectors/kafka/group/durations.hpp"
#include "connectors/kafka/group/frontier_commits.hpp"
#include "connectors/kafka/group/group_reader.hpp"
#include "connectors/kafka/group/skipped_records.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/kafka/librdkafka/order.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "connectors/kafka/loop_watch.hpp"
#include "connectors/kafka/transactions/transactional_delivery.hpp"
#include "graph/connector.hpp"
#include "graph/resources.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class KafkaSource final : public Source {
 public:
  KafkaSource(const SourceParams& params, const BuildInfo& info)
      : params_{params},
        info_{info},
        assignment_{info.graph},
        claims_{claim_check(params, info)},
        skipped_{params.skip, info.name},
        loops_{info.name, info.resources ? info.resources->get<WrittenTopics>() : nullptr} {
    const int longest = std::stoi(property(info.properties, "max.poll.interval.ms", "300000"));
    heartbeat_ =
        std::chrono::milliseconds{std::stoi(property(info.properties, "heartbeat.interval.ms", "1000"))};
    patience_ = std::min<std::chrono::milliseconds>(longest_unpaused, std::chrono::milliseconds{longest} / 4);
    const std::string owner = CrashGuard::new_owner();
    if (info.delivery == radflow::Delivery::ExactlyOnce) {
      auto transactions = info.resources->get<Transactions>();
      transactions->read(CrashGuard::at_work(info.graph, owner), group(params, info), info.properties);
      delivery_ = std::make_unique<TransactionalDelivery>(assignment_, std::move(transactions));
    } else {
      delivery_ = std::make_unique<FrontierCommits>(assignment_, params.max_uncommitted);
    }
    crash_guard_.emplace(assignment_, *delivery_, info.graph, owner);
    reader_.emplace(params, info, assignment_, *delivery_);
  }

  ~KafkaSource() override { finish(longest_last_leave); }

  static std::vector<ParamError> check(const SourceParams& params, const BuildInfo& info) {
    return check_source(params, info);
  }

  void run(Intake& graph, std::stop_token stop) override {
    if (graph.gathers()) assignment_.gathers();
    ClaimQueue claim_queue{claims_, "source " + info_.name, graph,
                           [this](const Position& position) { return assignment_.holds(position); }};
    delivery_->start(member().client().shared());
    assignment_.set_outside([&] { return outside(claim_queue); });
    while (!stop.stop_requested() && !loops_.may_begin(params_, info_.properties, member().client())) {
      keep_alive();
      reader_->poll(serve_events);
    }
    reader_->look_around();
    reader_->subscribe();
    while (!stop.stop_requested() && !(at_end(claim_queue) && !graph.gathering())) {
      join_anew_if_lost();
      keep_alive();
      loops_.look(member().client());
      if (params_.until_caught_up) reader_->ask_for_ends();
      claim_queue.serve();
      listening_ = !member().paused();
      const bool busy = !claim_queue.empty() || crash_guard_->finishing();
      if (MessagePtr message = reader_->next(busy ? busy_turn : idle_turn))
        take(std::move(message), claim_queue, stop);
    }
    listening_ = false;
    // Until finish() the graph drains: the group must not take this member for dead, nor give it work.
    assignment_.set_outside([left = outside(claim_queue)] { return left; });
    reader_->drain();
    keeper_ = std::jthread{[this](const std::stop_token& end) {
      while (!end.stop_requested()) try {
          keep_alive();
          reader_->poll(crash_guard_->finishing() ? busy_turn : idle_turn);
        } catch (const std::exception& e) {  // it would end the process
          member().client().warn(e.what());
        }
    }};
  }

  void done(const Position& position) override { delivery_->done(position); }
  // Groups are committed at least once only.
  void done_together(const std::vector<Position>& positions) override {
    assignment_.done_together(positions);
  }
  void parked(const Position& position) override { assignment_.parked(position); }
  void under_way_again(const Position& position) override { assignment_.under_way_again(position); }
  bool may_finish(const std::vector<Position>& group) override { return crash_guard_->may_finish(group); }
  void finished(const std::vector<Position>& group) override { crash_guard_->finished(group); }
  void not_finished(const std::vector<Position>& group) override { crash_guard_->not_finished(group); }
  bool listening() const override { return listening_ && ready(); }
  bool holds(const Position& position) const override { return delivery_->holds(position); }

  void finish(std::chrono::milliseconds longest) override {
    if (std::exchange(finished_, true)) return;
    keeper_ = {};
    uncommitted_ = delivery_->stop();
    member().leave(Clock::now() + longest);
  }

  bool has_end() const override { return params_.until_caught_up; }
  std::int64_t uncommitted() const override { return uncommitted_; }

  std::string not_ready() const override {
    std::string why = reader_->not_ready();
    if (why.empty()) why = claims_.not_ready();
    if (why.empty()) why = delivery_->not_ready();
    if (why.empty() && !waits_) why = reader_->unheard();
    return why;
  }
  Gone gone() const override { return reader_->gone(); }
  std::vector<PartitionStatus> partitions() const override { return reader_->partitions(); }

 private:
  GroupMember& member() const { return reader_->member(); }
  void take(MessagePtr message, ClaimQueue& claim_queue, const std::stop_token& stop) {
    Position position = kafka::position(*message);
    // Groups that are open at the end may lack what lies behind it; once a record was left to the next run, all are.
    if (assignment_.beyond_end(position) && (left_any_ || !claim_queue.gathering())) {
      left_any_ = true;
      return;
    }
    if (!reader_->passes(position)) return ask_again(std::move(message));
    if (!assignment_.admit(position, order_of(*message))) return;
    if (assignment_.was_done_before(position)) return assignment_.done(position);
    in_hand_ = position;
    waits_ = true;
    Record record = to_record(std::move(message), std::move(position), member().client().shared());
    const auto asked = Clock::now();
    while (!admitted(record, claim_queue)) {
      listening_ = false;
      if (stop.stop_requested()) return;  // stays in hand, for the next run to read again
      join_anew_if_lost();
      if (!member().paused() && Clock::now() - asked > patience_) member().pause();
      if (member().paused()) {
        if (MessagePtr early = reader_->poll(0ms)) member().hold(std::move(early));
      }
      keep_alive();
      claim_queue.serve();                        // what it holds may be what this record waits for
      if (!assignment_.holds(record.position)) {  // somebody else's now
        assignment_.done(record.position);
        break;
      }
    }
    in_hand_.reset();
    waits_ = false;
    if (member().paused()) member().resume();
  }

  // The record is taken again, in its turn.
  void ask_again(MessagePtr message) {
    member().put_back(std::move(message));
    if (!member().paused()) member().pause();
    if (MessagePtr early = reader_->poll(idle_turn)) member().hold(std::move(early));
  }

  // Of the assignment, and not yet in the graph.
  std::vector<Position> outside(const ClaimQueue& claim_queue) const {
    auto all = claim_queue.positions();
    if (in_hand_) all.push_back(*in_hand_);
    return all;
  }

  // False after a while, if there is no room.
  bool admitted(Record& record, Intake& intake) {
    if (!crash_guard_->lets_in(record.position, member())) return false;
    if (!delivery_->enter(record.position, member())) return false;
    if (skipped_.let_in(record, intake) == Admission::Admitted) {
      crash_guard_->entered();
      return true;
    }
    delivery_->leave(record.position);
    intake.wait(longest_turn);
    return false;
  }

  void join_anew_if_lost() {
    const Delivery::Loss loss = delivery_->loss();
    if (loss == Delivery::Loss::None) return;
    if (loss == Delivery::Loss::PerhapsToTwin) wait_to_be_fenced();
    member().leave(Clock::now() + longest_to_leave);
    reader_->join_anew();
    delivery_->start(member().client().shared());
  }

  // A static member is told by its next heartbeats that another process has its name, and that ends it here.
  void wait_to_be_fenced() {
    if (!member().paused()) member().pause();
    for (const auto until = Clock::now() + 2 * heartbeat_ + longest_to_be_fenced; Clock::now() < until;)
      if (MessagePtr early = reader_->poll(serve_events)) member().hold(std::move(early));
  }

  // What has to be done at least once a second, or when there is enough to commit.
  void keep_alive() {
    crash_guard_->serve_groups(member());
    const auto now = Clock::now();
    if (now - kept_ < (delivery_->commit_is_urgent() ? between_urgent_commits : between_commits)) return;
    kept_ = now;
    member().client().watch();
    member().commit_due();
  }

  // A transaction that is not committed may have to be read again.
  bool at_end(const ClaimQueue& claim_queue) const {
    return reader_->caught_up() && claim_queue.empty() && delivery_->all_committed();
  }

  const SourceParams params_;
  const BuildInfo info_;
  Assignment assignment_;
  ClaimCheck claims_;
  std::unique_ptr<Delivery> delivery_;
  std::optional<CrashGuard> crash_guard_;
  const SkippedRecords skipped_;
  LoopWatch loops_;
  std::chrono::milliseconds patience_, heartbeat_;
  std::optional<GroupReader> reader_;
  std::optional<Position> in_hand_;
  std::atomic<bool> waits_{false};  // a record is in hand: there may be no room in the graph
  bool finished_ = false;
  bool left_any_ = false;  // a record beyond the ends that are to be reached
  std::atomic<bool> listening_{false};
  std::atomic<std::int64_t> uncommitted_{0};
  Clock::time_point kept_{};
  std::jthread keeper_;
};

const RegisterSource<KafkaSource, SourceParams> registered{source_spec()};

}  // namespace
}  // namespace radflow::kafka
