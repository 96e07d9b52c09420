// The block `kafka:` of a graph file, whose properties all Kafka connectors of the graph share.
#pragma once

#include "graph/spec.hpp"

namespace radflow::kafka {

inline SharedBlock shared_block() {
  return {.name = "kafka",
          .expected = "librdkafka properties such as {bootstrap.servers: localhost:9092}",
          .sentence = "Properties of librdkafka, shared by all Kafka connectors.",
          .needed = "bootstrap.servers"};
}

}  // namespace radflow::kafka
