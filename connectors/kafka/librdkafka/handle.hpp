// Owners of librdkafka's C objects: what its *_destroy functions end.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace radflow::kafka {

template <auto destroy>
struct Destroy {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

// A client is shared: a record that is a view of a message keeps it alive (rd_kafka_destroy blocks while any
// message is held, so the last owner of a message must be the one that ends the client).
using ClientPtr = std::shared_ptr<rd_kafka_t>;
using ConfPtr = std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using PartitionsPtr =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using ErrorPtr = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using MembershipPtr =
    std::unique_ptr<rd_kafka_consumer_group_metadata_t, Destroy<rd_kafka_consumer_group_metadata_destroy>>;
using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, Destroy<rd_kafka_headers_destroy>>;

inline PartitionsPtr partition_list(int size = 0) {
  return PartitionsPtr{rd_kafka_topic_partition_list_new(size)};
}

// What is to be committed beside the offset.
inline void set_metadata(rd_kafka_topic_partition_t& entry, const std::string& text) {
  entry.metadata = strdup(text.c_str());  // librdkafka frees it with the list
  entry.metadata_size = text.size();
}

// What was committed beside an offset; "" for nothing. A view of the entry.
inline std::string_view metadata(const rd_kafka_topic_partition_t& entry) {
  return entry.metadata ? std::string_view{static_cast<const char*>(entry.metadata), entry.metadata_size}
                        : "";
}

inline std::string text(rd_kafka_resp_err_t error) { return rd_kafka_err2str(error); }

inline std::span<const rd_kafka_topic_partition_t> each(const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

}  // namespace radflow::kafka
