// What every producer here has in common: its defaults, how a record is handed to librdkafka, and which
// errors are the record's own.
#pragma once

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

// The record's own fault; whatever else goes wrong is tried again.
bool is_permanent(rd_kafka_resp_err_t error);
// Of these: too large, by itself or together with its batch.
bool is_size(rd_kafka_resp_err_t error);

}  // namespace radflow::kafka
