// kafka (sink): publishes records to a topic, with their keys, headers and timestamps.
//   sinks:
//     - kafka: {topic: results}
//
// Idempotent and acknowledged by all replicas. A broker that is away or a topic that does not exist is waited
// for; a record too large for the topic is refused before it is produced (error "too_large"). Exactly once:
// what is submitted is acknowledged when it is part of its record's transaction, and produced by that.
// Results and dead letters get the moment of sending as their timestamp, unless `timestamp` says otherwise.
#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/transactions/transactions.hpp"
#include "graph/connector.hpp"
#include "graph/resources.hpp"

namespace radflow::kafka {
namespace {

struct Params {
  std::string topic;
  std::optional<std::string> timestamp;
};

class KafkaSink final : public Sink {
 public:
  KafkaSink(const Params& params, const BuildInfo& info) : timestamp_{params.timestamp} {
    if (info.delivery == "exactly_once") {
      transactions_ = info.resources->get<Transactions>();
      topic_ = transactions_->write(params.topic, info.properties);
    } else {
      producer_ = std::make_unique<Producer>(params.topic, info.properties, "sink " + info.name);
    }
  }

  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    std::vector<ParamError> wrong =
        check_conf(RD_KAFKA_PRODUCER,
                   info.delivery == "exactly_once" ? Transactions::defaults("check") : Producer::defaults(),
                   info.properties);
    collect(wrong, [&] { check_topic(params.topic, "topic"); });
    return wrong;
  }

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    std::shared_ptr<const Record> record = stamped(output.shared<Record>(), context);
    if (transactions_)
      acknowledge(transactions_->add(topic_, std::move(record), context.record().position));
    else
      producer_->produce(std::move(record), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override {
    return transactions_ ? transactions_->flush(longest) : producer_->flush(longest);
  }
  std::optional<std::uint64_t> written() const override {
    return transactions_ ? std::optional{transactions_->written(topic_)} : std::nullopt;
  }
  std::string not_ready() const override {
    return transactions_ ? transactions_->not_ready() : producer_->not_ready();
  }

 private:
  // The record with the time that `timestamp` asks for.
  std::shared_ptr<const Record> stamped(std::shared_ptr<const Record> record, const Context& context) const {
    if (!timestamp_) return record;
    const std::int64_t time = timestamp_ == "source" ? context.record().timestamp_ms : Record::open_timestamp;
    if (record->timestamp_ms == time) return record;
    auto other = std::make_shared<Record>(*record);  // shares the bytes of the value
    other->timestamp_ms = time;
    return other;
  }

  const std::optional<std::string> timestamp_;
  std::unique_ptr<Producer> producer_;          // at least once
  std::shared_ptr<Transactions> transactions_;  // exactly once
  std::size_t topic_ = 0;                       // its number there
};

const RegisterSink<KafkaSink, Params> registered{
    SinkSpec{"kafka",
             "Publishes records to a Kafka topic with their keys, headers and timestamps; idempotent, or in "
             "transactions."}
        .param(&Params::topic, "topic", required(), "The topic to write.")
        .param(&Params::timestamp, "timestamp", choice({"source", "sending"}),
               "source: that of the source's record; sending: the moment of sending. Without it what radflow "
               "makes "
               "gets the moment of sending, and a record that passes unchanged keeps its own. Kafka deletes "
               "by this "
               "time: at once, where it is older than the topic's retention.")
        .free_params(plain_properties)
        .transactional()
        .own_retry(
            "it is tried again until it works; the properties retry.backoff.ms, reconnect.backoff.ms and "
            "reconnect.backoff.max.ms of librdkafka say how soon")
        .example("kafka: {topic: results, compression.codec: zstd}")};

}  // namespace
}  // namespace radflow::kafka
