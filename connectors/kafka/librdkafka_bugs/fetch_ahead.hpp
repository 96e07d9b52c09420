// FetchAhead: makes librdkafka fetch as soon as there is room again. When as much is fetched ahead as
// queued.max.messages.kbytes or queued.min.messages say, librdkafka looks only a second later whether messages
// have been read (its issue 2879). Its 64 MB hold 128 frames of 512 KiB: then nothing comes for most of that
// second. From librdkafka 2.2.0 on, the property fetch.queue.backoff.ms says how soon it looks, and
// fetch_defaults() sets it. Before 2.2.0, whatever wakes its broker threads makes them look; to be told the
// credentials that they have already does nothing else.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/kafka/librdkafka/handle.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow::kafka {

// How much a consumer asks for. From each partition 4.5 MiB: a last frame that does not fit is cut off and
// fetched again, which costs most at the next power of two (of frames of 512 KiB in librdkafka's 1 MiB,
// half). From all partitions of a broker at once 8 MiB, or one record that is larger: librdkafka allocates what a
// response takes, and beyond 16 MiB mimalloc asks the kernel for it each time, which then clears every page: half as
// much again as everything else costs. Ahead of the graph 32 MB: memory that `memory` does not count.
const Properties& fetch_defaults();

class FetchAhead {
 public:
  // Of a consumer of this configuration.
  explicit FetchAhead(const rd_kafka_conf_t& conf);

  // A message was taken from the consumer's queue. Polling thread.
  void took(rd_kafka_t* consumer, const rd_kafka_message_t& message);

 private:
  std::int64_t most_bytes_, most_messages_;  // that are read between two looks
  std::string user_, password_;
  std::int64_t bytes_ = 0, messages_ = 0;  // read since the last one
};

}  // namespace radflow::kafka
