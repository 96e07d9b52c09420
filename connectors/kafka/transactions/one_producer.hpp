// Exactly once, all sinks of a graph write through one producer, in the transactions of the source's group.
#pragma once

#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow::kafka {

// Throws a ParamError if the sink is of another cluster than the source.
void check_one_cluster(const Properties& source, const Properties& sink);
// Throws a ParamError of a property that the sinks do not have in common.
void check_one_producer(const Properties& first, const Properties& other);

}  // namespace radflow::kafka
