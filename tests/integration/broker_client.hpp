// Clients with which a RealBroker asks and tells its broker. All throw what goes wrong.
#pragma once

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

#include "connectors/kafka/librdkafka/message.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow::asking {

using namespace kafka;

// `failure` gets why something that was produced was not delivered.
inline ClientPtr client(rd_kafka_type_t type, const Properties& properties, std::string* failure = nullptr) {
  ConfPtr conf = type == RD_KAFKA_PRODUCER ? make_conf({}, properties)
                                           : make_conf({{"enable.auto.commit", "false"},
                                                        {"enable.partition.eof", "true"},
                                                        {"isolation.level", "read_committed"}},
                                                       properties);
  rd_kafka_conf_set_opaque(conf.get(), failure);
  if (failure)
    rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* why) {
      if (message->err) *static_cast<std::string*>(why) = text(message->err);
    });
  std::array<char, 512> wrong{};
  rd_kafka_t* made = rd_kafka_new(type, conf.get(), wrong.data(), wrong.size());
  if (!made) throw std::runtime_error{wrong.data()};
  conf.release();
  return {made, rd_kafka_destroy};
}

// Runs one admin call and hands over its result event.
inline EventPtr admin(rd_kafka_t* asked, const std::function<void(rd_kafka_queue_t*)>& call) {
  const QueuePtr queue{rd_kafka_queue_new(asked)};
  call(queue.get());
  EventPtr event{rd_kafka_queue_poll(queue.get(), 30'000)};
  if (!event) throw std::runtime_error{"the broker does not answer"};
  if (rd_kafka_event_error(event.get())) throw std::runtime_error{rd_kafka_event_error_string(event.get())};
  return event;
}

inline int partition_count(rd_kafka_t* asked, const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(asked, topic.c_str(), nullptr);
  const auto error = rd_kafka_metadata(asked, 0, handle, &metadata, 10'000);
  rd_kafka_topic_destroy(handle);
  if (error) throw std::runtime_error{text(error)};
  const int count = metadata->topic_cnt > 0 ? metadata->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(metadata);
  if (count == 0) throw std::runtime_error{"the broker does not know " + topic};
  return count;
}

}  // namespace radflow::asking
