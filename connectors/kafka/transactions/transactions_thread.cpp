// The thread of the transactions: closes batches, commits them and tries again.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/transactions/durations.hpp"
#include "connectors/kafka/transactions/transactions.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {

void Transactions::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    serve();
    switch (state()) {
      case State::Beginning:
        begin(stop);
        break;
      case State::Open:
        work(stop);
        break;
      case State::Lost:
      case State::Fenced:  // renew() ends it
        wait(look_again);
        break;
      case State::Failed:
        return;
    }
  }
}

void Transactions::work(const std::stop_token& stop) {
  if (needs_another_client()) return become(State::Beginning);
  bool complete = false;
  {
    std::unique_lock lock{mutex_};
    const auto due = [&] {
      return hurry_ > 0 || batches_.full() || Clock::now() - batches_.begun() >= longest_open;
    };
    if (!batches_.open().empty() && due()) close_batch();
    complete = batches_.ahead() && batches_.ahead()->pending() == 0;
    if (!complete) changed_.wait_for(lock, look_again);
  }
  if (complete) commit(stop);
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
    topic.rules = topic.asked.rules();
  }
}

void Transactions::commit(const std::stop_token& stop) {
  auto member_at = Clock::now();
  Backoff again{first_retry, longest_retry};
  int aborted = 0;
  while (!stop.stop_requested()) {
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
      outcome = try_to_commit(*outputs, offsets, member, stop);
      member_at = Clock::now();
    } else if (offsets && Clock::now() - member_at < longest_no_member) {
      outcome = Outcome::Aborted;  // the source is about to hear that its partitions are lost
    } else if (offsets) {
      // librdkafka 2.0.2 may join again under another name and keep its partitions, when a broker that comes back no
      // longer knows the member in the middle of a rebalance.
      why_ = {Cause::Other, "the consumer became another member of its group and gave no partition up"};
      outcome = Outcome::Lost;
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
    if (outcome == Outcome::Lost) return lose();
    if (outcome == Outcome::Aborted && member && aborted++ > 0) hold_back(why_.text);
    if (outcome == Outcome::Aborted) pause(member ? again.next() : first_retry, stop);
  }
}

// Until what is aborted is produced again. Nothing of it may be left by then: others own its partitions now.
void Transactions::pause(std::chrono::milliseconds longest, const std::stop_token& stop) {
  const auto until = Clock::now() + longest;
  do {
    serve();
    std::unique_lock lock{mutex_};
    if (batches_.ahead()->empty()) return;
    changed_.wait_for(lock, first_retry);
  } while (Clock::now() < until && !stop.stop_requested());
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
      why_ = {code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ? Cause::MayNotWrite : Cause::Other,
              why.substr(0, why.find(" (after "))};
      return Outcome::Aborted;
    }
    if (rd_kafka_error_is_fatal(error.get()) || !rd_kafka_error_is_retriable(error.get())) {
      why_ = {code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH
                  ? Cause::Fenced
              : code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ? Cause::IdRefused
                                                                                : Cause::Other,
              why};
      return Outcome::Lost;
    }
    hold_back(why);
    client_->warn(fmt::format("{}, trying again", why), {{"cause", text(code)}});
    if (stop.stop_requested()) return Outcome::Stopped;
    serve();
    rd_kafka_poll(client_->get(), to_ms(serve_while_waiting));
  }
}

Transactions::Outcome Transactions::abort(const std::stop_token& stop) {
  if (why_.cause != Cause::MayNotWrite)  // which is said already
    client_->warn(fmt::format("a transaction was aborted ({}), what it held is produced again", why_.text),
                  {{"cause", why_.text}});
  const Outcome outcome =
      call(stop, [&] { return rd_kafka_abort_transaction(client_->get(), to_ms(longest_answer)); });
  return outcome == Outcome::Done ? Outcome::Aborted : outcome;
}

}  // namespace radflow::kafka
