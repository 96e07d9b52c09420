// kafka (sink): publishes records to a topic, with their keys, headers and timestamps.
//   sinks:
//     - kafka: {topic: results}
//
// Idempotent and acknowledged by all replicas. A broker that is away or a topic that does not exist is waited
// for; a record too large for the topic is refused before it is produced (error "too_large"). Exactly once:
// what is submitted is acknowledged when it is part of its record's transaction, and produced by that.
// Results and dead letters get the moment of sending as their timestamp, unless `timestamp` says otherwise.
#include "connectors/kafka/client/producer.hpp"
#include "connectors/kafka/librdkafka/shared_block.hpp"
#include "connectors/kafka/loop_watch.hpp"
#include "connectors/kafka/transactions/transactions.hpp"
#include "graph/connector.hpp"
#include "graph/resources.hpp"

namespace radflow::kafka {
namespace {

enum class Timestamp { Source, Sending };
Choices<Timestamp> choices_of(Timestamp) {
  return {{Timestamp::Source, "source", "That of the source's record."},
          {Timestamp::Sending, "sending", "The moment of sending."}};
}

struct Params {
  std::string topic;
  std::optional<Timestamp> timestamp;
};

// Where the records of a sink go: at once to their topic, or into the graph's transactions.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void write(std::shared_ptr<const Record> record, const Position& origin,
                     Acknowledge acknowledge) = 0;
  virtual bool flush(std::chrono::milliseconds longest) = 0;
  virtual std::optional<std::uint64_t> written() const = 0;
  virtual std::string not_ready() const = 0;
};

class AtOnce final : public Outlet {
 public:
  AtOnce(const Params& params, const BuildInfo& info)
      : producer_{params.topic, info.properties, "sink " + info.name} {
    if (!info.resources) return;
    written_ = info.resources->get<WrittenTopics>();
    written_->all.push_back({params.topic, info.properties, [this] { return producer_.cluster(); }});
  }
  void write(std::shared_ptr<const Record> record, const Position&, Acknowledge acknowledge) override {
    producer_.produce(std::move(record), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return producer_.flush(longest); }
  std::optional<std::uint64_t> written() const override { return std::nullopt; }
  std::string not_ready() const override { return producer_.not_ready(); }

 private:
  Producer producer_;
  std::shared_ptr<WrittenTopics> written_;
};

class InTransactions final : public Outlet {
 public:
  InTransactions(const Params& params, const BuildInfo& info)
      : transactions_{info.resources->get<Transactions>()},
        topic_{transactions_->write(params.topic, info.properties)} {}
  void write(std::shared_ptr<const Record> record, const Position& origin, Acknowledge acknowledge) override {
    acknowledge(transactions_->add(topic_, std::move(record), origin));
  }
  bool flush(std::chrono::milliseconds longest) override { return transactions_->flush(longest); }
  std::optional<std::uint64_t> written() const override { return transactions_->written(topic_); }
  std::string not_ready() const override { return transactions_->not_ready(); }

 private:
  const std::shared_ptr<Transactions> transactions_;
  const std::size_t topic_;  // its number there
};

std::unique_ptr<Outlet> make_outlet(const Params& params, const BuildInfo& info) {
  if (info.delivery == radflow::Delivery::ExactlyOnce) return std::make_unique<InTransactions>(params, info);
  return std::make_unique<AtOnce>(params, info);
}

class KafkaSink final : public Sink {
 public:
  KafkaSink(const Params& params, const BuildInfo& info)
      : timestamp_{params.timestamp}, outlet_{make_outlet(params, info)} {}

  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    std::vector<ParamError> wrong =
        check_conf(RD_KAFKA_PRODUCER,
                   info.delivery == radflow::Delivery::ExactlyOnce ? Transactions::defaults("check")
                                                                   : Producer::defaults(),
                   info.properties);
    collect(wrong, [&] { check_topic(params.topic, "topic"); });
    return wrong;
  }

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    outlet_->write(stamped(output.shared<Record>(), context), context.record().position,
                   std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return outlet_->flush(longest); }
  std::optional<std::uint64_t> written() const override { return outlet_->written(); }
  std::string not_ready() const override { return outlet_->not_ready(); }

 private:
  // The record with the time that `timestamp` asks for.
  std::shared_ptr<const Record> stamped(std::shared_ptr<const Record> record, const Context& context) const {
    if (!timestamp_) return record;
    const std::int64_t time =
        timestamp_ == Timestamp::Source ? context.record().timestamp_ms : Record::open_timestamp;
    if (record->timestamp_ms == time) return record;
    auto other = std::make_shared<Record>(*record);  // shares the bytes of the value
    other->timestamp_ms = time;
    return other;
  }

  const std::optional<Timestamp> timestamp_;
  const std::unique_ptr<Outlet> outlet_;
};

const RegisterSink<KafkaSink, Params> registered{
    SinkSpec{"kafka",
             "Publishes records to a Kafka topic with their keys, headers and timestamps; idempotent, or in "
             "transactions."}
        .param(&Params::topic, "topic", required(), "The topic to write.")
        .param(
            &Params::timestamp, "timestamp", any(),
            "What time records get. Without it what radflow makes gets the moment of sending, and a record "
            "that "
            "passes unchanged keeps its own. Kafka deletes by this time: at once, where it is older than the "
            "topic's retention.")
        .free_params(plain_properties)
        .shared_block(shared_block())
        .transactional()
        .own_retry(
            "it is tried again until it works; the properties retry.backoff.ms, reconnect.backoff.ms and "
            "reconnect.backoff.max.ms of librdkafka say how soon")
        .example("kafka: {topic: results, compression.codec: zstd}")};

}  // namespace
}  // namespace radflow::kafka
