#include "connectors/kafka/librdkafka/mock_broker.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace radflow::kafka {

MockBroker::MockBroker() {
  // The client lends the cluster its threads and connects to nothing.
  ConfPtr conf{rd_kafka_conf_new()};
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  std::array<char, 512> wrong{};
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), wrong.data(), wrong.size());
  if (!client) throw std::runtime_error{wrong.data()};
  conf.release();
  client_ = {client, rd_kafka_destroy};
  cluster_.reset(rd_kafka_mock_cluster_new(client, 1));
  if (!cluster_) throw std::runtime_error{"the embedded broker finds no free port on 127.0.0.1"};
}

void MockBroker::make_topic(const std::string& topic, int partitions) {
  if (const auto error = rd_kafka_mock_topic_create(cluster_.get(), topic.c_str(), partitions, 1))
    throw std::runtime_error{fmt::format("the embedded broker refuses topic '{}': {}", topic, text(error))};
}

}  // namespace radflow::kafka
