#include "connectors/kafka/librdkafka/produce.hpp"

namespace radflow::kafka {
namespace {

HeadersPtr headers(const Record& record) {
  HeadersPtr all{rd_kafka_headers_new(record.headers.size())};
  for (const Header& header : record.headers)
    rd_kafka_header_add(all.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  return all;
}

}  // namespace

const Properties& producer_defaults() {
  static const Properties defaults{
      {"client.id", "radflow"},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"partitioner", "murmur2_random"},  // as Java's
      {"message.max.bytes", "1000000000"},
      {"receive.message.max.bytes", "2147483647"},
      {"statistics.interval.ms", "1000"},
      {"reconnect.backoff.max.ms", "2000"},  // a broker that comes back is found by then
      {"socket.nagle.disable", "true"}};
  return defaults;
}

rd_kafka_resp_err_t produce(rd_kafka_t* client, const std::string& topic, const Record& record,
                            void* opaque) {
  HeadersPtr fields = headers(record);
  const char* key = record.key ? record.key->data() : nullptr;  // no key is not the empty key
  const std::size_t key_size = record.key ? record.key->size() : 0;
  // librdkafka, too, takes 0 for the moment of this call.
  static_assert(Record::open_timestamp == 0);
  const rd_kafka_resp_err_t result =
      rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_MSGFLAGS(0),
                        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
                        RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_TIMESTAMP(record.timestamp_ms),
                        RD_KAFKA_V_HEADERS(fields.get()), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
  if (!result) fields.release();
  return result;
}

bool purge_all(rd_kafka_t* client, std::chrono::steady_clock::time_point deadline) {
  rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (rd_kafka_outq_len(client) > 0 && std::chrono::steady_clock::now() < deadline)
    rd_kafka_poll(client, 100);
  return rd_kafka_outq_len(client) == 0;
}

bool is_permanent(rd_kafka_resp_err_t error) {
  return is_size(error) || error == RD_KAFKA_RESP_ERR_INVALID_RECORD ||
         error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

bool is_size(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE ||
         error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

}  // namespace radflow::kafka
