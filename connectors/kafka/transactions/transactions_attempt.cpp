// One attempt of a transaction: everything of a batch is produced, then the offsets go along. Finds out which
// outputs their topics refuse.
#include <fmt/format.h>

#include <future>
#include <set>

#include "connectors/kafka/librdkafka/produce.hpp"
#include "connectors/kafka/librdkafka/record_size.hpp"
#include "connectors/kafka/transactions/durations.hpp"
#include "connectors/kafka/transactions/transactions.hpp"

namespace radflow::kafka {

Transactions::Outcome Transactions::try_to_commit(const std::vector<TransactionBatch::Output>& outputs,
                                                  const SharedPartitions& offsets,
                                                  const SharedMembership& member,
                                                  const std::stop_token& stop) {
  rd_kafka_t* client = client_->get();
  attempt_ = {};
  Outcome outcome = call(stop, [&] { return rd_kafka_begin_transaction(client); });
  if (outcome == Outcome::Done) outcome = produce_all(outputs, stop);
  if (outcome == Outcome::Done && attempt_.left_out) return find_the_rest(stop);
  if (outcome == Outcome::Done) outcome = send_offsets(offsets, member, stop);
  if (outcome == Outcome::Done)
    outcome = call(stop, [&] { return rd_kafka_commit_transaction(client, to_ms(longest_answer)); });
  if (outcome != Outcome::Aborted) return outcome;
  if (why_.cause == Cause::MayNotWrite) refused_topics(outputs);
  return abort(stop);
}

// librdkafka (its issue 5456, open at 2.14) heeds no timeout here while the group's coordinator cannot be reached. So
// the question has a thread and a share of everything it needs, is served meanwhile, and is left alone at the end: a
// transaction that is not committed is aborted by the next process of its name.
Transactions::Outcome Transactions::send_offsets(const SharedPartitions& offsets,
                                                 const SharedMembership& member,
                                                 const std::stop_token& stop) {
  bool left_alone = false;
  const Outcome outcome = call(stop, [&]() -> rd_kafka_error_t* {
    std::packaged_task<ErrorPtr()> ask{[client = client_->shared(), offsets, member]() mutable {
      ErrorPtr error{rd_kafka_send_offsets_to_transaction(client.get(), offsets.get(), member.get(),
                                                          to_ms(longest_answer))};
      client.reset();  // before the answer is seen, which ends all other uses of the client
      return error;
    }};
    std::future<ErrorPtr> answer = ask.get_future();
    std::thread{std::move(ask)}.detach();
    std::optional<Clock::time_point> stopped;
    while (answer.wait_for(serve_while_waiting) != std::future_status::ready) {
      serve();
      if (!stopped && stop.stop_requested()) stopped = Clock::now();
      left_alone = stopped && Clock::now() - *stopped > last_answer;
      if (left_alone) return nullptr;
    }
    return answer.get().release();
  });
  return left_alone ? Outcome::Stopped : outcome;
}

// Aborted: an output was refused, or did not arrive.
Transactions::Outcome Transactions::produce_all(const std::vector<TransactionBatch::Output>& outputs,
                                                const std::stop_token& stop) {
  why_ = {Cause::Other, "an output did not arrive"};
  for (const TransactionBatch::Output& output : outputs) {
    if (wrong_.find(output.topic, *output.record, output.origin)) {
      attempt_.left_out = true;
    } else if (suspects_.find(output.topic, *output.record, output.origin)) {
      produce_alone(output, stop);
      if (attempt_.failed) return Outcome::Aborted;
    } else if (const auto error = hand_over(output, stop)) {
      why_.text = text(error);
      return Outcome::Aborted;
    }
  }
  return Outcome::Done;
}

// What is known to be wrong was left out, and cannot stay without its dead letter. Lost, as soon as all the others
// were taken: the source reads the records again, and add() refuses what is wrong.
Transactions::Outcome Transactions::find_the_rest(const std::stop_token& stop) {
  settle(stop);
  const bool all_taken = !attempt_.failed;
  why_ = {Cause::Other, "an output is left out that its topic refuses"};
  const Outcome outcome = abort(stop);
  if (outcome != Outcome::Aborted || !all_taken) return outcome;
  why_.cause = Cause::OutputsRefused;
  return Outcome::Lost;
}

// An error: librdkafka itself does not take it.
rd_kafka_resp_err_t Transactions::hand_over(const TransactionBatch::Output& output,
                                            const std::stop_token& stop) {
  while (true) {
    const rd_kafka_resp_err_t error = produce(client_->get(), topics_[output.topic].name, *output.record,
                                              const_cast<TransactionBatch::Output*>(&output));
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && !stop.stop_requested()) {
      rd_kafka_poll(client_->get(), to_ms(longest_full));
      continue;
    }
    if (error) refused(output, error);
    return error;
  }
}

// Until the broker has answered for everything that was handed over.
void Transactions::settle(const std::stop_token& stop) const {
  while (rd_kafka_outq_len(client_->get()) > 0 && !stop.stop_requested())
    rd_kafka_flush(client_->get(), to_ms(longest_hand_over));
}

// As the only one of its batch, so that what the broker says is about this output.
void Transactions::produce_alone(const TransactionBatch::Output& output, const std::stop_token& stop) {
  settle(stop);
  attempt_.alone = true;
  hand_over(output, stop);
  settle(stop);
  attempt_.alone = false;
}

// The broker refused to take a topic into the transaction. librdkafka does not say which.
void Transactions::refused_topics(const std::vector<TransactionBatch::Output>& outputs) {
  std::set<std::string> names;
  for (const TransactionBatch::Output& output : outputs) names.insert(topics_[output.topic].name);
  const std::string all = fmt::format("{}", fmt::join(names, "' or '"));
  if (all != refused_topics_) client_->allowed("topic", refused_topics_);
  refused_topics_ = all;
  client_->refused("topic", refused_topics_, "Write");
}

// What else goes wrong aborts the transaction, and it is tried again.
void Transactions::refused(const TransactionBatch::Output& output, rd_kafka_resp_err_t error) {
  const std::string& topic = topics_[output.topic].name;
  if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) client_->refused("topic", topic, "Write");
  attempt_.failed = true;
  if (!is_permanent(error)) return;
  topics_[output.topic].asked.refused();
  Error why{is_size(error) ? "too_large" : "refused_by_broker",
            fmt::format("topic '{}' refuses it: {}, a record of {} bytes", topic, text(error),
                        batch_bytes(*output.record))};
  const std::lock_guard lock{mutex_};
  (attempt_.alone ? wrong_ : suspects_).add(output.topic, *output.record, output.origin, std::move(why));
}

}  // namespace radflow::kafka
