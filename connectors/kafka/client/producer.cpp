#include "connectors/kafka/client/producer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/kafka/librdkafka/produce.hpp"
#include "connectors/kafka/librdkafka/record_size.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 50ms;  // at the connection and the topic's rules

bool compresses(const Properties& properties) {
  for (const char* name : {"compression.codec", "compression.type"})
    if (property(properties, name, "none") != "none") return true;
  return false;
}

}  // namespace

Properties Producer::defaults() {
  Properties all = producer_defaults();
  all.emplace_back("message.timeout.ms", "0");  // tries for ever
  return all;
}

Producer::Producer(std::string topic, Properties properties, const std::string& what)
    : topic_{std::move(topic)},
      properties_{std::move(properties)},
      what_{what},
      compressed_{compresses(properties_)},
      rules_query_{topic_} {
  check_topic(topic_, "topic");
  open();
  patience_ += std::chrono::milliseconds{std::llround(
      std::stod(property(properties_, "linger.ms", property(properties_, "queue.buffering.max.ms", "5"))))};
  batch_bytes_ = std::stoll(property(properties_, "batch.size", "1000000"));
  thread_ = std::jthread{[this](std::stop_token stop) { run(stop); }};
}

Producer::~Producer() {
  thread_.request_stop();
  thread_.join();
  purge_all(client_->get(), Clock::now() + longest_purge);
}

void Producer::open() {
  Properties properties = properties_;
  // A batch above the topic's limit is refused as a whole, however small its records.
  if (const std::int64_t batch = rules_.batch_bytes(batch_bytes_); batch < batch_bytes_)
    properties.emplace_back("batch.size", std::to_string(batch));
  ConfPtr conf = make_conf(defaults(), properties);
  auto client = std::make_unique<Client>(
      RD_KAFKA_PRODUCER, std::move(conf), what_,
      Client::Handlers{.delivered = [this](const auto& message) { report(message); }});
  if (client_) client->take_over(client_->memory());
  rules_query_.attach(*client);
  {
    std::lock_guard lock{mutex_};
    client_.swap(client);
  }
  client.reset();  // without the lock: the end of a client waits for its callbacks, which may take it
}

// Each new client connects and logs in, and may end as the last one did: ever later, until something is delivered.
void Producer::ended(const Client::Fatal& fatal) {
  if (reopen_at_) return;
  if (fatal.code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    client_->refused_producer_id(topic_);
  else
    client_->warn(fmt::format("{}; starting anew with what is not acknowledged", fatal.reason),
                  {{"topic", topic_}, {"cause", text(fatal.code)}});
  reopen_at_ = Clock::now() + reopening_.next();
}

// A new client in place of one that cannot go on; what it still had is handed over again, in order.
void Producer::reopen() {
  reopen_ = false;
  reopen_at_.reset();
  {
    std::lock_guard lock{mutex_};
    open_ = false;
  }
  purge_all(client_->get(), Clock::time_point::max());  // a report that is left behind would lose its output
  rules_query_.detach();
  open();
}

void Producer::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    bool impatient = false, one_by_one = false;
    {
      std::lock_guard lock{mutex_};
      impatient = !waiting_.empty();
      one_by_one = alone_ > 0;
    }
    const int longest = impatient ? 5 : 100;
    // rd_kafka_flush does not wait for linger.ms. With nothing to flush it only wakes librdkafka's broker
    // threads and returns; again and again, that keeps them from sending anything, such as what open_ waits
    // for.
    if ((flushing_ || one_by_one) && rd_kafka_outq_len(client_->get()) > 0)
      rd_kafka_flush(client_->get(), longest);
    else
      rd_kafka_poll(client_->get(), longest);
    if (Clock::now() - looked_after_ > between_looks || impatient) look_after();
    hand_over();
  }
}

// Whatever the reason: too few replicas, for example, librdkafka tries again for ever without a word.
std::string Producer::why_held_back() const {
  std::lock_guard lock{mutex_};
  const auto stood = looked_after_ - moved_at_;
  if (outstanding_ == 0 || stood <= patience_) return "";
  const std::string cause = rules_query_.too_few_replicas();
  return fmt::format("topic '{}' has taken none of {} outputs for {} s{}", topic_, outstanding_,
                     std::chrono::duration_cast<std::chrono::seconds>(stood).count(),
                     cause.empty() ? "" : ": " + cause);
}

void Producer::look_after() {
  looked_after_ = Clock::now();
  client_->watch();
  const bool changed = rules_query_.serve();
  // librdkafka itself refuses what is for a topic that it was told may not be used.
  if (not_taken_.exchange(RD_KAFKA_RESP_ERR_NO_ERROR) == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    client_->refused("topic", topic_, "Write");
  if (client_->has_producer_id()) client_->allowed_producer_id(topic_);
  if (const auto fatal = client_->fatal()) ended(*fatal);
  if (reopen_at_ && looked_after_ >= *reopen_at_) reopen_ = true;
  std::string why = client_->not_ready();
  if (why.empty()) why = rules_query_.not_writable();
  if (why.empty()) why = why_held_back();
  {
    std::lock_guard lock{mutex_};
    if (changed) {
      const TopicRules& now = rules_query_.rules();
      if (now.batch_bytes(batch_bytes_) != rules_.batch_bytes(batch_bytes_)) reopen_ = true;
      rules_ = now;
    }
    open_ = rules_query_.answered();
    if (cluster_.empty()) cluster_ = client_->cluster();
    not_ready_ = std::move(why);
  }
  if (reopen_) reopen();
}

void Producer::produce(std::shared_ptr<const Record> record, Delivered delivered) {
  {
    std::lock_guard lock{mutex_};
    const std::uint64_t number = number_++;
    waiting_.emplace(number,
                     std::make_unique<Output>(Output{number, std::move(record), std::move(delivered)}));
    if (outstanding_++ == 0) moved_at_ = Clock::now();
  }
  hand_over();
}

// One at a time while records are to be produced by themselves: nothing else is on its way then.
bool Producer::may_hand_over() const {
  if (!open_ || waiting_.empty()) return false;
  if (retry_at_ != Clock::time_point{} && Clock::now() < retry_at_) return false;
  return alone_ == 0 || outstanding_ == waiting_.size();
}

// As much as librdkafka takes, the oldest first. Whoever comes first does it, the others find nothing left.
void Producer::hand_over() {
  std::vector<std::pair<std::unique_ptr<Output>, Error>> refused;
  {
    std::lock_guard lock{mutex_};
    while (may_hand_over()) {
      retry_at_ = {};
      const auto first = waiting_.begin();
      std::optional<Error> error = rules_.refusal(*first->second->record, topic_, compressed_);
      if (error) {
        rules_query_.refused();
      } else {
        const rd_kafka_resp_err_t result = enqueue(*first->second);
        if (result == RD_KAFKA_RESP_ERR_NO_ERROR) {
          first->second.release();  // comes back in report()
        } else if (result == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
          error = Error{"too_large", fmt::format("{} bytes are more than message.max.bytes allows",
                                                 batch_bytes(*first->second->record))};
        } else {
          if (result != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            retry_at_ = Clock::now() + pause_after_failure;
            not_taken_ = result;
          }
          break;
        }
      }
      if (error) refused.emplace_back(std::move(first->second), *error);
      waiting_.erase(first);
    }
  }
  for (auto& [output, error] : refused) end(*output, error);
}

rd_kafka_resp_err_t Producer::enqueue(const Output& output) {
  // The output keeps the record alive until the report.
  return kafka::produce(client_->get(), topic_, *output.record, const_cast<Output*>(&output));
}

std::string Producer::not_ready() const {
  std::lock_guard lock{mutex_};
  return not_ready_;
}

std::string Producer::cluster() const {
  std::lock_guard lock{mutex_};
  return cluster_;
}

std::size_t Producer::outstanding() const {
  std::lock_guard lock{mutex_};
  return outstanding_;
}

}  // namespace radflow::kafka
