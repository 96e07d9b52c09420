#include "connectors/kafka/transactions/transactions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/kafka/librdkafka/produce.hpp"
#include "connectors/kafka/transactions/durations.hpp"
#include "connectors/kafka/transactions/one_producer.hpp"
#include "connectors/log.hpp"
#include "graph/param.hpp"

namespace radflow::kafka {

Transactions::~Transactions() { stop(); }

void Transactions::read(TransactionBatch::Metadata metadata, const std::string& group,
                        const Properties& properties) {
  metadata_ = std::move(metadata);
  source_properties_ = properties;
  id_.emplace(group, property(properties, "group.instance.id"));
}

std::size_t Transactions::write(const std::string& topic, const Properties& properties) {
  check_one_cluster(source_properties_, properties);
  if (topics_.empty())
    properties_ = properties;
  else
    check_one_producer(properties_, properties);
  topics_.emplace_back(topic);
  if (!client_) {
    batch_bytes_ = std::stoll(property(properties_, "batch.size", "1000000"));
    open();
  }
  return topics_.size() - 1;
}

Properties Transactions::defaults(const std::string& id) {
  Properties all = producer_defaults();
  all.emplace_back("transactional.id", id);
  // What a process leaves open that never comes back holds the readers of its topics up for so long.
  all.emplace_back("transaction.timeout.ms", "30000");
  return all;
}

void Transactions::open() {
  Properties properties = properties_;
  // A batch above a topic's limit is refused as a whole, however small its records.
  opened_batch_ = largest_batch();
  if (opened_batch_ < batch_bytes_) properties.emplace_back("batch.size", std::to_string(opened_batch_));
  client_ = std::make_unique<Client>(
      RD_KAFKA_PRODUCER, make_conf(defaults(id_->text()), properties), "transactions",
      Client::Handlers{.delivered = [this](const auto& message) {
        const auto& output = *static_cast<const TransactionBatch::Output*>(message._private);
        if (message.err)
          refused(output, message.err);
        else
          client_->allowed("topic", topics_[output.topic].name);
      }});
}

std::int64_t Transactions::largest_batch() const {
  std::int64_t batch = batch_bytes_;
  for (const Topic& topic : topics_) batch = topic.rules.batch_bytes(batch);
  return batch;
}

void Transactions::start(ClientPtr consumer, Committed committed) {
  committed_ = std::move(committed);
  {
    const std::lock_guard lock{mutex_};
    consumer_ = std::move(consumer);
  }
  for (Topic& topic : topics_) topic.asked.attach(*client_);
  thread_ = std::jthread{[this](std::stop_token stop) { run(stop); }};
}

void Transactions::renew(ClientPtr consumer) {
  const std::lock_guard lock{mutex_};
  consumer_ = std::move(consumer);
  state_ = State::Beginning;
  changed_.notify_all();
}

void Transactions::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    changed_.notify_all();
    thread_.join();
    for (Topic& topic : topics_) topic.asked.detach();
    purge_all(client_->get(), Clock::now() + longest_purge);
  }
  const std::lock_guard lock{mutex_};
  consumer_.reset();
}

// ---- the source's side

bool Transactions::close_batch() {
  const bool closed = batches_.close();
  if (closed) changed_.notify_all();
  return closed;
}

void Transactions::begin_batch() {
  if (batches_.open().empty()) batches_.begin(member_id());
}

bool Transactions::enter(Position& position) {
  const std::lock_guard lock{mutex_};
  if (state_ != State::Open) return false;
  if (batches_.full() && !close_batch()) return false;
  begin_batch();
  return batches_.enter(position);
}

void Transactions::leave(const Position& position) {
  const std::lock_guard lock{mutex_};
  batches_.leave(position);
}

void Transactions::pass(const Position& position) {
  const std::lock_guard lock{mutex_};
  if (state_ != State::Open) return;
  begin_batch();
  batches_.pass(position);
}

void Transactions::done(const Position& position) {
  const std::lock_guard lock{mutex_};
  if (batches_.done(position)) changed_.notify_all();
}

void Transactions::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, longest);
}

bool Transactions::settled(const rd_kafka_topic_partition_list_t& partitions,
                           std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  return settle(partitions, longest, lock);
}

bool Transactions::settle(const rd_kafka_topic_partition_list_t& partitions,
                          std::chrono::milliseconds longest, std::unique_lock<std::mutex>& lock) {
  const auto settled = [&] { return !batches_.holds(partitions); };
  if (settled()) return true;
  ++hurry_;
  changed_.notify_all();
  changed_.wait_for(lock, longest, [&] { return state_ == State::Failed || settled(); });
  --hurry_;
  return settled();
}

bool Transactions::give_up(const rd_kafka_topic_partition_list_t& partitions,
                           std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  const bool all = settle(partitions, longest, lock);
  batches_.drop(partitions);
  changed_.notify_all();
  return all;
}

// The consumer as the group knows it while it still owns every partition of the batch ahead: giving one up
// drops it from there first, and only then librdkafka joins again. Null: it is no member, it will hear so
// soon. Sent without a member id the offsets would be taken unchecked.
MembershipPtr Transactions::membership() {
  if (!consumer_) return nullptr;
  MembershipPtr member{rd_kafka_consumer_group_metadata(consumer_.get())};
  const std::string id = member_id();
  return id.empty() || id != batches_.ahead()->member ? nullptr : std::move(member);
}

std::string Transactions::member_id() const {
  if (!consumer_) return "";
  char* found = rd_kafka_memberid(consumer_.get());
  const std::string id = found ? found : "";
  if (found) rd_kafka_mem_free(consumer_.get(), found);
  return id;
}

bool Transactions::all_committed() const {
  const std::lock_guard lock{mutex_};
  return batches_.empty() && state_ != State::Lost && state_ != State::Fenced;
}

// ---- the sinks' side

std::optional<Error> Transactions::add(std::size_t topic, std::shared_ptr<const Record> record,
                                       const Position& origin) {
  const std::lock_guard lock{mutex_};
  Topic& to = topics_[topic];
  // As if it were not compressed: what the broker says of a compressed one costs the whole transaction.
  if (std::optional<Error> error = to.rules.refusal(*record, to.name, false)) {
    to.asked.refused();
    return error;
  }
  if (std::optional<Error> error = wrong_.find(topic, *record, origin)) return error;
  batches_.add(origin, {topic, std::move(record), origin});
  return std::nullopt;
}

bool Transactions::flush(std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  const auto stuck = [&] { return batches_.next().pending() > 0; };
  ++hurry_;
  changed_.notify_all();
  const auto given_up = [&] { return state_ != State::Open && state_ != State::Beginning; };
  changed_.wait_for(lock, longest, [&] { return given_up() || batches_.empty() || stuck(); });
  --hurry_;
  return batches_.empty() && state_ != State::Lost && state_ != State::Fenced;
}

}  // namespace radflow::kafka
