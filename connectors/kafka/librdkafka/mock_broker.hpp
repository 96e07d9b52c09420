// MockBroker: a Kafka broker inside this process, of librdkafka; other processes can connect to it too. For
// demonstrations, never for a claim about delivery: it keeps 5 MiB or 100,000 batches a partition, loses what
// is larger than 2.6 MB though it acknowledges it, and its transactions are hollow.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstddef>
#include <memory>
#include <string>

#include "connectors/kafka/librdkafka/handle.hpp"

namespace radflow::kafka {

class MockBroker {
 public:
  // Of one record; and of what may wait unread in one partition.
  static constexpr std::size_t largest_record = 2'500'000;
  static constexpr std::size_t most_unread = std::size_t{5} << 20;

  // Listens on a free port of 127.0.0.1 as long as it lives. Throws std::runtime_error.
  MockBroker();

  rd_kafka_mock_cluster_t* get() const { return cluster_.get(); }
  std::string servers() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }
  // Throws std::runtime_error.
  void make_topic(const std::string& topic, int partitions);

 private:
  ClientPtr client_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy<rd_kafka_mock_cluster_destroy>> cluster_;
};

}  // namespace radflow::kafka
