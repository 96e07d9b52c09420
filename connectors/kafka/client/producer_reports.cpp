// What becomes of the outputs that were handed to librdkafka.
#include <fmt/format.h>

#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/librdkafka/produce.hpp"
#include "connectors/kafka/librdkafka/record_size.hpp"

namespace radflow::kafka {

using namespace std::chrono_literals;

// On the thread that polls, which holds no lock.
void Producer::report(const rd_kafka_message_t& message) {
  std::unique_ptr<Output> output{static_cast<Output*>(message._private)};
  if (!message.err) {
    client_->allowed("topic", topic_);
    client_->allowed_producer_id(topic_);
    reopening_.reset();
    return end(*output, std::nullopt);
  }
  if (is_permanent(message.err) && output->alone) {
    const std::string why =
        is_size(message.err) ? fmt::format("a record of {} bytes: ", batch_bytes(*output->record)) : "";
    return end(*output,
               Error{is_size(message.err) ? "too_large" : "refused_by_broker", why + text(message.err)});
  }
  std::unique_lock lock{mutex_};
  if (is_permanent(message.err)) {
    produce_alone(*output, message.err);
  } else if (message.err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
             message.err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    retry_at_ = Clock::now() + pause_after_failure;
    rules_query_.ask_again();  // whether the topic is still there
    if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      client_->refused("topic", topic_, "Write");
    else if (message.err != RD_KAFKA_RESP_ERR__FATAL)  // ended() tells
      client_->warn(fmt::format("topic '{}': {}, trying again", topic_, text(message.err)),
                    {{"topic", topic_}, {"cause", text(message.err)}});
  }
  const std::uint64_t number = output->number;
  waiting_.emplace(number, std::move(output));
}

// It was refused together with its batch, for another's fault perhaps, or for rules that changed.
void Producer::produce_alone(Output& output, rd_kafka_resp_err_t refused) {
  if (alone_++ == 0)
    client_->warn(
        fmt::format("topic '{}' refuses a whole batch ({}): its records are produced again one by one, those "
                    "behind them of the same keys may be written before",
                    topic_, text(refused)),
        {{"topic", topic_}, {"cause", text(refused)}});
  output.alone = true;
  rules_query_.ask_again();
  open_ = false;
}

void Producer::end(Output& output, std::optional<Error> error) {
  output.delivered(std::move(error));
  std::lock_guard lock{mutex_};
  if (output.alone) --alone_;
  moved_at_ = Clock::now();
  if (--outstanding_ == 0) idle_.notify_all();
}

bool Producer::flush(std::chrono::milliseconds longest) {
  flushing_ = true;
  std::unique_lock lock{mutex_};
  const bool all = idle_.wait_for(lock, longest, [this] { return outstanding_ == 0; });
  flushing_ = false;
  return all;
}

}  // namespace radflow::kafka
