#include "connectors/kafka/group/group_member.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <thread>

#include "connectors/kafka/group/durations.hpp"
#include "graph/param.hpp"

namespace radflow::kafka {

using namespace std::chrono_literals;

namespace {

ConfPtr watched(ConfPtr conf, JoinWatch& watch) {
  watch.attach(*conf);
  return conf;
}

// librdkafka 2.0.2 asserts that a member which has joined by cooperative-sticky was given something, be it
// nothing, before it is destroyed (mended in 2.1.1). One that was not is left to the end of the process.
void leave_to_the_end(ClientPtr client) {
  static std::mutex mutex;
  static auto* const left = new std::vector<ClientPtr>;
  rd_kafka_set_log_level(client.get(), -1);  // its threads outlive the log
  const std::lock_guard lock{mutex};
  left->push_back(std::move(client));
}

}  // namespace

GroupMember::GroupMember(ConfPtr conf, const std::string& what, Assignment& assignment,
                         Beginnings& beginnings, Delivery& delivery)
    : assignment_{assignment},
      beginnings_{beginnings},
      delivery_{delivery},
      client_{RD_KAFKA_CONSUMER,
              watched(std::move(conf), *join_),
              what,
              {.rebalance = [this](auto error, auto* partitions) { rebalance(error, *partitions); },
               .delivered = {},
               .kept = join_}},
      commits_{rd_kafka_queue_new(client_.get())} {
  rd_kafka_poll_set_consumer(client_.get());
}

GroupMember::~GroupMember() {
  held_.clear();  // a message that is held would keep the client from ending
  if (join_->answered() && assigned_at_.load() == Clock::time_point{}) leave_to_the_end(client_.shared());
}

void GroupMember::subscribe(const std::vector<std::string>& topics) {
  const PartitionsPtr list = partition_list();
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(client_.get(), list.get()))
    throw ParamError{"topic",
                     fmt::format("cannot subscribe to {}: {}", fmt::join(topics, ", "), text(error))};
}

MessagePtr GroupMember::poll(std::chrono::milliseconds longest) {
  MessagePtr message = client_.poll(longest);
  if (message) client_.heard(*message);
  return message;
}

MessagePtr GroupMember::take_held() {
  if (held_.empty()) return nullptr;
  MessagePtr message = std::move(held_.front());
  held_.pop_front();
  return message;
}

void GroupMember::pause(bool on) {
  paused_ = on;
  if (const PartitionsPtr all = assignment(client_.get()))
    (on ? rd_kafka_pause_partitions : rd_kafka_resume_partitions)(client_.get(), all.get());
}
void GroupMember::pause() { pause(true); }
void GroupMember::resume() { pause(false); }

void GroupMember::rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t& partitions) {
  const bool cooperative = std::string_view{rd_kafka_rebalance_protocol(client_.get())} == "COOPERATIVE";
  const bool comes = event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  const LogFields fields = named(client_.what(), {{"partitions", partitions.cnt}});
  rd_kafka_resp_err_t error{};
  rd_kafka_error_t* incremental = nullptr;
  if (comes) {
    PartitionsPtr decided = beginnings_.choose(client_, partitions);
    assignment_.add(partitions, offsets_asked());
    if (cooperative)
      incremental = rd_kafka_incremental_assign(client_.get(), &partitions);
    else
      error = rd_kafka_assign(client_.get(), &partitions);
    // A partition that comes back is still paused if it was when it went.
    (paused_ ? rd_kafka_pause_partitions : rd_kafka_resume_partitions)(client_.get(), &partitions);
    commit(std::move(decided));
    if (assigned_at_.load() == Clock::time_point{} || partitions.cnt > 0) assigned_at_ = Clock::now();
    assigned_ = true;
    log_info(fmt::format("{}: takes {} partition{}", client_.what(), partitions.cnt,
                         partitions.cnt == 1 ? "" : "s"),
             fields);
  } else {
    if (give_up(partitions))
      log_info(fmt::format("{}: gives up {} partition{}", client_.what(), partitions.cnt,
                           partitions.cnt == 1 ? "" : "s"),
               fields);
    else
      log_warning(
          fmt::format("{}: loses {} partitions before all that is done was committed: it is computed again",
                      client_.what(), partitions.cnt),
          fields);
    if (cooperative && !left_) join_->expect();
    RevokedQueues revoked{client_.get(), partitions};
    if (cooperative)
      incremental = rd_kafka_incremental_unassign(client_.get(), &partitions);
    else
      error = rd_kafka_assign(client_.get(), nullptr);
    if (left_)
      revoked_on_leaving_.push_back(std::move(revoked));
    else
      revoked.done();
  }
  if (incremental) {
    client_.warn(fmt::format("rebalance: {}", rd_kafka_error_string(incremental)),
                 {{"cause", text(rd_kafka_error_code(incremental))}});
    rd_kafka_error_destroy(incremental);
  } else if (error) {
    client_.warn(fmt::format("rebalance: {}", text(error)), {{"cause", text(error)}});
  }
}

// What is nearly through is waited for, then the frontier is committed; both with an end. False: not all that
// is done was committed.
bool GroupMember::give_up(const rd_kafka_topic_partition_list_t& partitions) {
  const bool lost = rd_kafka_assignment_lost(client_.get());
  if (lost) assigned_ = false;
  const auto how = lost    ? Delivery::Revocation::Lost
                   : left_ ? Delivery::Revocation::Leaving
                           : Delivery::Revocation::Asked;
  const bool committed = delivery_.give_up(partitions, how, *this);
  assignment_.remove(partitions);
  client_.forget_commits();  // of those that stay the next commit tells
  std::erase_if(held_, [&](const MessagePtr& message) {
    return rd_kafka_topic_partition_list_find(&partitions, rd_kafka_topic_name(message->rkt),
                                              message->partition);
  });
  return committed || partitions.cnt == 0;
}

void GroupMember::commit_due() {
  serve_commits(0ms);
  if (may_commit()) commit(delivery_.to_commit());
}

void GroupMember::commit_with(const Position& position, const CommitMetadata& metadata) {
  if (may_commit()) commit(assignment_.commit_with(position, metadata));
  serve_commits(longest_turn);
}

void GroupMember::commit(PartitionsPtr list) {
  if (!list) return;
  if (const auto error = rd_kafka_commit_queue(client_.get(), list.get(), commits_.get(), nullptr, nullptr))
    return assignment_.committed(*list, error);
  ++commits_under_way_;
}

bool GroupMember::serve_commits(std::chrono::milliseconds longest) {
  const EventPtr event{rd_kafka_queue_poll(commits_.get(), static_cast<int>(longest.count()))};
  if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) return false;
  --commits_under_way_;
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (!error) lost_with_commits_ = lost_with_commits_ && commits_under_way_ > 0;
  const auto* list = rd_kafka_event_topic_partition_list(event.get());
  if (list) assignment_.committed(*list, error);
  client_.heard_of_commit(list, error);
  if (error && error != RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS &&
      error != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED &&
      error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    client_.warn(fmt::format("positions could not be committed ({}), trying again", text(error)),
                 {{"cause", text(error)}});
  return true;
}

// Waits for the answers. A commit that fails is tried again, unless the partitions are somebody else's.
// False: not all was committed.
bool GroupMember::commit_all(Clock::time_point deadline, const rd_kafka_topic_partition_list_t* only) {
  for (int round = 0; Clock::now() < deadline; ++round) {
    if (round > 1) std::this_thread::sleep_for(longest_turn);
    if (rd_kafka_assignment_lost(client_.get())) return false;
    if (PartitionsPtr due = assignment_.to_commit(only))
      commit(std::move(due));
    else if (commits_under_way_ == 0)
      return true;
    while (commits_under_way_ > 0 && Clock::now() < deadline) serve_commits(serve_events);
  }
  return false;
}

bool GroupMember::close(const rd_kafka_topic_partition_list_t& partitions, Clock::time_point deadline) {
  assignment_.close(partitions);
  return commit_all(deadline, &partitions);
}

void GroupMember::leave(Clock::time_point deadline) {
  left_ = true;
  // Half of the time to join and commit, half to leave: else the group waits for this member's timeout.
  const auto half = Clock::now() + (deadline - Clock::now()) / 2;
  while (join_->joining() && Clock::now() < half) poll(serve_events);
  if (const PartitionsPtr all = assignment(client_.get()); all && delivery_.settled(*all, 0ms))
    close(*all, half);
  held_.clear();
  const QueuePtr events{rd_kafka_queue_new(client_.get())};
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_.get(), events.get()))
    return rd_kafka_error_destroy(error);
  // As events: the callbacks of a queue cannot take the records that may still be in it.
  while (!rd_kafka_consumer_closed(client_.get()) && Clock::now() < deadline) {
    const EventPtr event{rd_kafka_queue_poll(events.get(), static_cast<int>(serve_events.count()))};
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
      rebalance(rd_kafka_event_error(event.get()), *rd_kafka_event_topic_partition_list(event.get()));
  }
  if (rd_kafka_consumer_closed(client_.get()))
    for (RevokedQueues& revoked : revoked_on_leaving_) revoked.empty();
  revoked_on_leaving_.clear();  // a queue that is held would keep the client from ending
}

bool GroupMember::fenced_by_own_commit() const {
  std::array<char, 512> why{};
  return lost_with_commits_ &&
         rd_kafka_fatal_error(client_.get(), why.data(), why.size()) == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

}  // namespace radflow::kafka
