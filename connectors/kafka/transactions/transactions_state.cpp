// Which state the transactions are in, and what changes it.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/kafka/transactions/durations.hpp"
#include "connectors/kafka/transactions/transactions.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {

Transactions::State Transactions::state() const {
  const std::lock_guard lock{mutex_};
  return state_;
}

void Transactions::become(State state) {
  const std::lock_guard lock{mutex_};
  state_ = state;
  changed_.notify_all();
}

bool Transactions::lost() const {
  const State now = state();
  return now == State::Lost || now == State::Fenced;
}

bool Transactions::may_be_fenced_by_twin() const { return state() == State::Fenced; }

void Transactions::fail(std::string why) {
  const std::lock_guard lock{mutex_};
  log_error("transactions: " + why, named("transactions", {}));
  failure_ = std::move(why);
  state_ = State::Failed;
  changed_.notify_all();
}

std::string Transactions::not_ready() const {
  const std::lock_guard lock{mutex_};
  if (state_ == State::Failed) return failure_;
  if (!disconnected_.empty()) return disconnected_;
  if (state_ == State::Beginning) return "Kafka has not let the graph's transactions begin yet";
  if (state_ != State::Open) return "what is not committed has to be read again";
  return held_back_.empty() ? "" : "transactions are tried again: " + held_back_;
}

std::string Transactions::failure() const {
  const std::lock_guard lock{mutex_};
  return failure_;
}

// Once every topic's rules are known, so that no record is taken in that its topic refuses.
void Transactions::begin(const std::stop_token& stop) {
  if (Clock::now() < again_at_ ||
      !std::ranges::all_of(topics_, [](const Topic& topic) { return topic.asked.answered(); })) {
    rd_kafka_poll(client_->get(), to_ms(serve_while_waiting));
    return;
  }
  if (needs_another_client()) return reopen();  // asks for the rules again
  const Outcome outcome =
      call(stop, [&] { return rd_kafka_init_transactions(client_->get(), to_ms(longest_begin)); });
  if (outcome == Outcome::Done) {
    client_->allowed("transactional id", id_->text());
    hold_back("");
    return become(State::Open);
  }
  if (outcome != Outcome::Lost) return;
  if (why_.cause == Cause::IdRefused) {
    client_->refused("transactional id", id_->text(), "Write");
    begin_later();
  } else if (why_.cause == Cause::Fenced) {
    client_->allowed("transactional id", id_->text());  // so far the broker let it come
    id_->change();
    begin_later();
  } else {
    fail(fmt::format("Kafka does not let '{}' begin transactions: {}", id_->text(), why_.text));
  }
}

// By another client: for librdkafka what this one heard is final.
void Transactions::begin_later() {
  again_at_ = Clock::now() + reopening_.next();
  reopen();
}

void Transactions::lose() {
  const bool refused = why_.cause == Cause::OutputsRefused;
  log_warning(fmt::format("transactions: {}: what is not committed is read again",
                          refused ? "what a topic refuses becomes a dead letter"
                                  : fmt::format("Kafka gave those of '{}' up ({})", id_->text(), why_.text)),
              named("transactions",
                    {{"cause", refused ? "refused outputs" : why_.text}, {"transactional_id", id_->text()}}));
  const bool fenced = why_.cause == Cause::Fenced;
  if (fenced) id_->change();
  suspects_.clear();
  reopen();  // first: the old client looks at the outputs
  const std::lock_guard lock{mutex_};
  state_ = fenced && id_->given() ? State::Fenced : State::Lost;
  batches_.clear();
  changed_.notify_all();
}

void Transactions::reopen() {
  for (Topic& topic : topics_) topic.asked.detach();
  Client::Memory memory = client_->memory();
  client_.reset();
  open();
  client_->take_over(std::move(memory));
  for (Topic& topic : topics_) topic.asked.attach(*client_);
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

}  // namespace radflow::kafka
