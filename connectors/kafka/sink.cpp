// kafka (sink): publishes records to a topic, with their keys, headers and timestamps.
//   sinks:
//     - kafka: {topic: results}
//
// Idempotent and acknowledged by all replicas. A broker that is away or a topic that does not exist is waited
// for; a record too large for the topic is refused before it is produced (error "too_large").
#include "connectors/kafka/producer.hpp"
#include "graph/connector.hpp"

namespace radflow::kafka {
namespace {

struct Params {
  std::string topic;
};

class KafkaSink final : public Sink {
 public:
  KafkaSink(const Params& params, const BuildInfo& info)
      : producer_{params.topic, info.properties, "sink " + info.name} {}

  void submit(Payload output, const Context&, Acknowledge acknowledge) override {
    producer_.produce(output.shared<Record>(), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return producer_.flush(longest); }
  bool ready() const override { return producer_.connected(); }

 private:
  Producer producer_;
};

const RegisterSink<KafkaSink, Params> registered{
    SinkSpec{"kafka",
             "Publishes records to a Kafka topic with their keys, headers and timestamps; idempotent."}
        .param(&Params::topic, "topic", required(), "The topic to write.")
        .free_params()
        .example("kafka: {topic: results, compression.codec: zstd}")};

}  // namespace
}  // namespace radflow::kafka
