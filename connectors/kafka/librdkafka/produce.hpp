// What every producer here has in common: its defaults, how a record is handed to librdkafka, and which
// errors are the record's own.
#pragma once

#include <chrono>
#include <string>

#include "connectors/kafka/librdkafka/handle.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/record.hpp"

namespace radflow::kafka {

const Properties& producer_defaults();

// Without a copy, and without waiting: the record has to live until its delivery report, which brings
// `opaque` back. An error: it was not taken and there is no report; RD_KAFKA_RESP_ERR__QUEUE_FULL: there may
// be room later. Any thread.
rd_kafka_resp_err_t produce(rd_kafka_t* client, const std::string& topic, const Record& record, void* opaque);

// Gives up what the producer has not delivered and serves the delivery reports, which own the outputs. False: some
// reports have not come before the deadline. For the thread that polls.
bool purge_all(rd_kafka_t* client, std::chrono::steady_clock::time_point deadline);

// The record's own fault; whatever else goes wrong is tried again.
bool is_permanent(rd_kafka_resp_err_t error);
// Of these: too large, by itself or together with its batch.
bool is_size(rd_kafka_resp_err_t error);

}  // namespace radflow::kafka
