// The thread of the transactions: closes epochs, commits them and tries again.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "connectors/kafka/produce.hpp"
#include "connectors/kafka/record_size.hpp"
#include "connectors/kafka/transactions.hpp"

namespace radflow::kafka {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_epoch = 100ms;  // until it is closed

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
        return hurry_ > 0 || epochs_.full() || Clock::now() - epochs_.begun() >= longest_epoch;
      };
      if (!epochs_.open().empty() && due()) close_epoch();
      complete = epochs_.ahead() && epochs_.ahead()->pending() == 0;
      if (!complete) changed_.wait_for(lock, 10ms);
    }
    if (complete) commit(stop);
  }
}

// Callbacks, what there is to say of the connection, the topics' limits.
void Transactions::serve() {
  rd_kafka_poll(client_->get(), 0);
  client_->watch();
  connected_ = client_->connected();
  for (Topic& topic : topics_) {
    if (!topic.asked.serve()) continue;
    const std::lock_guard lock{mutex_};
    const std::int64_t before = largest_batch();
    topic.limit = topic.asked.limit();
    if (largest_batch() != before) reopen_ = true;
  }
}

void Transactions::reopen() {
  for (Topic& topic : topics_) topic.asked.detach();
  client_.reset();
  open();
  for (Topic& topic : topics_) topic.asked.attach(*client_);
}

// Once every topic's limit is known, so that no record is taken in that its topic refuses; between two
// transactions.
void Transactions::begin_work(const std::stop_token& stop) {
  ready_ = false;
  if (Clock::now() < again_at_ ||
      !std::ranges::all_of(topics_, [](const Topic& topic) { return topic.asked.answered(); })) {
    rd_kafka_poll(client_->get(), 20);
    return;
  }
  if (std::exchange(reopen_, false)) return reopen();  // asks for the limits again
  const Outcome outcome = call(stop, [&] { return rd_kafka_init_transactions(client_->get(), 2000); });
  if (outcome == Outcome::Broken && id_refused_) {  // for librdkafka that is final: another client asks again
    client_->refused("transactional id", id_->text(), "Write");
    reopen_ = true;
    again_at_ = Clock::now() + 5s;
  } else if (outcome == Outcome::Broken && fenced_) {
    id_->change();
    reopen_ = true;
    again_at_ = Clock::now() + 1s;
  } else if (outcome == Outcome::Broken) {
    fail(fmt::format("Kafka does not let '{}' begin transactions: {}", id_->text(), why_broken_));
  }
  if (outcome != Outcome::Done) return;
  ready_ = true;
  changed_.notify_all();
}

void Transactions::commit(const std::stop_token& stop) {
  auto member_at = Clock::now();
  while (!stop.stop_requested() && failure().empty()) {
    PartitionsPtr offsets;
    MembershipPtr member;
    const std::vector<Epoch::Output>* outputs = nullptr;
    {
      const std::lock_guard lock{mutex_};
      Epoch& ahead = *epochs_.ahead();
      outputs = &ahead.settle();
      if (!ahead.empty()) {
        offsets = ahead.offsets(metadata_);
        member = membership();
      }
    }
    Outcome outcome = Outcome::Done;
    if (offsets && member) {
      outcome = attempt(*outputs, *offsets, *member, stop);
      member_at = Clock::now();
    } else if (offsets && Clock::now() - member_at < 60s) {
      outcome = Outcome::Aborted;  // the source is about to hear that its partitions are lost
    } else if (offsets) {
      return fail("the consumer became another member of its group and gave no partition up");
    }
    if (outcome == Outcome::Done) {
      for (const Epoch::Output& output : *outputs) ++topics_[output.topic].written;
      if (offsets) committed_(*offsets);
      const std::lock_guard lock{mutex_};
      epochs_.end_ahead();
      changed_.notify_all();
      return;
    }
    if (outcome == Outcome::Broken) return begin_anew();
    if (outcome == Outcome::Aborted) {
      serve();
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, 50ms);
    }
  }
}

Transactions::Outcome Transactions::attempt(const std::vector<Epoch::Output>& outputs,
                                            const rd_kafka_topic_partition_list_t& offsets,
                                            const rd_kafka_consumer_group_metadata_t& member,
                                            const std::stop_token& stop) {
  rd_kafka_t* client = client_->get();
  Outcome outcome = call(stop, [&] { return rd_kafka_begin_transaction(client); });
  for (const Epoch::Output& output : outputs) {
    if (outcome != Outcome::Done) break;
    const Topic& topic = topics_[output.topic];
    rd_kafka_resp_err_t error{};
    while ((error = produce(client, topic.name, *output.record, const_cast<Epoch::Output*>(&output))) ==
               RD_KAFKA_RESP_ERR__QUEUE_FULL &&
           !stop.stop_requested())
      rd_kafka_poll(client, 50);
    if (!error) continue;
    refused(output, error);
    why_aborted_ = text(error);
    outcome = Outcome::Aborted;
  }
  if (outcome == Outcome::Done)
    outcome =
        call(stop, [&] { return rd_kafka_send_offsets_to_transaction(client, &offsets, &member, 10'000); });
  if (outcome == Outcome::Done)
    outcome = call(stop, [&] { return rd_kafka_commit_transaction(client, 10'000); });
  return outcome == Outcome::Aborted ? abort(stop) : outcome;
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
      why_aborted_ = why;
      return Outcome::Aborted;
    }
    if (rd_kafka_error_is_fatal(error.get()) || !rd_kafka_error_is_retriable(error.get())) {
      why_broken_ = why;
      fenced_ = code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
      id_refused_ = code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
      return Outcome::Broken;
    }
    client_->warn(fmt::format("{}, trying again", why));
    if (stop.stop_requested()) return Outcome::Stopped;
    serve();
    rd_kafka_poll(client_->get(), 20);
  }
}

Transactions::Outcome Transactions::abort(const std::stop_token& stop) {
  client_->warn(fmt::format("a transaction was aborted ({}), what it held is produced again", why_aborted_));
  const Outcome outcome = call(stop, [&] { return rd_kafka_abort_transaction(client_->get(), 10'000); });
  return outcome == Outcome::Done ? Outcome::Aborted : outcome;
}

void Transactions::begin_anew() {
  spdlog::warn("transactions: Kafka gave those of '{}' up ({}): what is not committed is read again",
               id_->text(), why_broken_);
  ready_ = false;
  if (fenced_) id_->change();
  reopen();  // first: the old client looks at the outputs
  const std::lock_guard lock{mutex_};
  broken_ = true;
  epochs_.clear();
  changed_.notify_all();
}

// Ends it all if the record is to blame: whatever else goes wrong aborts the transaction.
void Transactions::refused(const Epoch::Output& output, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    client_->refused("topic", topics_[output.topic].name, "Write");
  if (!is_permanent(error)) return;
  fail(fmt::format(
      "topic '{}' refuses what came of offset {} ({}), a record of {} bytes; its configuration and "
      "the graph do not fit together",
      topics_[output.topic].name, output.offset, text(error), batch_bytes(*output.record)));
}

}  // namespace radflow::kafka
