// The thread of the transactions: closes batches, commits them and tries again.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/transactions/transactions.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_open = 100ms;  // until it is closed

}  // namespace

void Transactions::run(const std::stop_token& stop) {
  while (!stop.stop_requested() && failure().empty()) {
    serve();
    if (reopen_ || !ready_) {
      begin_work(stop);
      continue;
    }
    bool complete = false;
    {
      std::unique_lock lock{mutex_};
      const auto due = [&] {
        return hurry_ > 0 || batches_.full() || Clock::now() - batches_.begun() >= longest_open;
      };
      if (!batches_.open().empty() && due()) close_batch();
      complete = batches_.ahead() && batches_.ahead()->pending() == 0;
      if (!complete) changed_.wait_for(lock, 10ms);
    }
    if (complete) commit(stop);
  }
}

// Callbacks, what there is to say of the connection, the topics' rules.
void Transactions::serve() {
  rd_kafka_poll(client_->get(), 0);
  client_->watch();
  std::string why = client_->not_ready();
  for (const Topic& topic : topics_)
    if (why.empty()) why = topic.asked.not_writable();
  {
    const std::lock_guard lock{mutex_};
    disconnected_ = std::move(why);
  }
  for (Topic& topic : topics_) {
    if (!topic.asked.serve()) continue;
    const std::lock_guard lock{mutex_};
    const std::int64_t before = largest_batch();
    topic.rules = topic.asked.rules();
    if (largest_batch() != before) reopen_ = true;
  }
}

void Transactions::reopen() {
  for (Topic& topic : topics_) topic.asked.detach();
  Client::Memory memory = client_->memory();
  client_.reset();
  open();
  client_->take_over(std::move(memory));
  for (Topic& topic : topics_) topic.asked.attach(*client_);
}

// Once every topic's rules are known, so that no record is taken in that its topic refuses; between two
// transactions.
void Transactions::begin_work(const std::stop_token& stop) {
  ready_ = false;
  if (Clock::now() < again_at_ ||
      !std::ranges::all_of(topics_, [](const Topic& topic) { return topic.asked.answered(); })) {
    rd_kafka_poll(client_->get(), 20);
    return;
  }
  if (std::exchange(reopen_, false)) return reopen();  // asks for the rules again
  const Outcome outcome = call(stop, [&] { return rd_kafka_init_transactions(client_->get(), 2000); });
  if (outcome == Outcome::Broken && id_refused_) {  // for librdkafka that is final: another client asks again
    client_->refused("transactional id", id_->text(), "Write");
    reopen_ = true;
    again_at_ = Clock::now() + reopening_.next();
  } else if (outcome == Outcome::Broken && fenced_) {
    client_->allowed("transactional id", id_->text());  // so far the broker let it come
    id_->change();
    reopen_ = true;
    again_at_ = Clock::now() + reopening_.next();
  } else if (outcome == Outcome::Broken) {
    fail(fmt::format("Kafka does not let '{}' begin transactions: {}", id_->text(), why_broken_));
  }
  if (outcome != Outcome::Done) return;
  client_->allowed("transactional id", id_->text());
  hold_back("");
  ready_ = true;
  changed_.notify_all();
}

void Transactions::commit(const std::stop_token& stop) {
  auto member_at = Clock::now();
  Backoff again{50ms, 5s};
  int aborted = 0;
  while (!stop.stop_requested() && failure().empty()) {
    SharedPartitions offsets;
    SharedMembership member;
    const std::vector<TransactionBatch::Output>* outputs = nullptr;
    {
      const std::lock_guard lock{mutex_};
      TransactionBatch& ahead = *batches_.ahead();
      outputs = &ahead.settle();
      if (!ahead.empty()) {
        offsets = ahead.offsets(metadata_);
        member = membership();
      }
    }
    Outcome outcome = Outcome::Done;
    if (offsets && member) {
      outcome = attempt(*outputs, offsets, member, stop);
      member_at = Clock::now();
    } else if (offsets && Clock::now() - member_at < 3s) {
      outcome = Outcome::Aborted;  // the source is about to hear that its partitions are lost
    } else if (offsets) {
      // librdkafka 2.0.2 may join again under another name and keep its partitions, when a broker that comes back no
      // longer knows the member in the middle of a rebalance.
      why_broken_ = "the consumer became another member of its group and gave no partition up";
      fenced_ = false;
      outcome = Outcome::Broken;
    }
    if (outcome == Outcome::Done) {
      hold_back("");
      for (const TransactionBatch::Output& output : *outputs) ++topics_[output.topic].written;
      suspects_.clear();
      if (offsets && member) {
        reopening_.reset();
        client_->allowed("topic", std::exchange(refused_topics_, ""));
      }
      if (offsets) committed_(*offsets);
      const std::lock_guard lock{mutex_};
      if (offsets) wrong_.forget_below(*offsets);
      batches_.end_ahead();
      changed_.notify_all();
      return;
    }
    if (outcome == Outcome::Broken) return begin_anew();
    if (outcome == Outcome::Aborted && member && aborted++ > 0) hold_back(why_aborted_);
    if (outcome == Outcome::Aborted) pause(member ? again.next() : 50ms, stop);
  }
}

// "": nothing is any more.
void Transactions::hold_back(std::string why) {
  for (const Topic& topic : topics_) {
    const std::string cause = why.empty() ? "" : topic.asked.too_few_replicas();
    if (!cause.empty()) why += fmt::format("; of topic '{}' {}", topic.name, cause);
  }
  const std::lock_guard lock{mutex_};
  held_back_ = std::move(why);
}

// Until what is aborted is produced again. Nothing of it may be left by then: others own its partitions now.
void Transactions::pause(std::chrono::milliseconds longest, const std::stop_token& stop) {
  const auto until = Clock::now() + longest;
  do {
    serve();
    std::unique_lock lock{mutex_};
    if (batches_.ahead()->empty()) return;
    changed_.wait_for(lock, 50ms);
  } while (Clock::now() < until && !stop.stop_requested() && failure().empty());
}

// Until it works, or there is another reason to end.
Transactions::Outcome Transactions::call(const std::stop_token& stop,
                                         const std::function<rd_kafka_error_t*()>& ask) {
  while (true) {
    const ErrorPtr error{ask()};
    if (!error) return Outcome::Done;
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
    const std::string why = rd_kafka_error_string(error.get());
    if (rd_kafka_error_txn_requires_abort(error.get())) {
      // "Broker: Topic authorization failed (after 13 ms)": the same one does not differ from time to time.
      why_aborted_ = why.substr(0, why.find(" (after "));
      may_not_write_ = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
      return Outcome::Aborted;
    }
    if (rd_kafka_error_is_fatal(error.get()) || !rd_kafka_error_is_retriable(error.get())) {
      why_broken_ = why;
      fenced_ = code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
      id_refused_ = code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
      return Outcome::Broken;
    }
    hold_back(why);
    client_->warn(fmt::format("{}, trying again", why), {{"cause", text(code)}});
    if (stop.stop_requested()) return Outcome::Stopped;
    serve();
    rd_kafka_poll(client_->get(), 20);
  }
}

Transactions::Outcome Transactions::abort(const std::stop_token& stop) {
  if (!may_not_write_)  // which is said already
    client_->warn(fmt::format("a transaction was aborted ({}), what it held is produced again", why_aborted_),
                  {{"cause", why_aborted_}});
  const Outcome outcome = call(stop, [&] { return rd_kafka_abort_transaction(client_->get(), 10'000); });
  return outcome == Outcome::Done ? Outcome::Aborted : outcome;
}

void Transactions::begin_anew() {
  const bool refused = std::exchange(left_out_, false);
  log_warning(
      fmt::format("transactions: {}: what is not committed is read again",
                  refused ? "what a topic refuses becomes a dead letter"
                          : fmt::format("Kafka gave those of '{}' up ({})", id_->text(), why_broken_)),
      named("transactions",
            {{"cause", refused ? "refused outputs" : why_broken_}, {"transactional_id", id_->text()}}));
  ready_ = false;
  if (fenced_) id_->change();
  suspects_.clear();
  reopen();  // first: the old client looks at the outputs
  const std::lock_guard lock{mutex_};
  broken_ = true;
  batches_.clear();
  changed_.notify_all();
}

}  // namespace radflow::kafka
