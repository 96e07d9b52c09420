#include "connectors/kafka/librdkafka_bugs/join_watch.hpp"

namespace radflow::kafka {
namespace {

// Of the protocol: https://kafka.apache.org/protocol#protocol_api_keys
constexpr int list_offsets = 2;
constexpr int join_group = 11;
constexpr int sync_group = 14;

rd_kafka_resp_err_t sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t api, std::int16_t,
                         std::int32_t, std::size_t, void* watch) {
  static_cast<JoinWatch*>(watch)->on_request(api);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t received(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t api, std::int16_t,
                             std::int32_t, std::size_t, std::int64_t, rd_kafka_resp_err_t, void* watch) {
  static_cast<JoinWatch*>(watch)->on_response(api);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t made(rd_kafka_t* client, const rd_kafka_conf_t*, void* watch, char*, std::size_t) {
  rd_kafka_interceptor_add_on_request_sent(client, "join_watch", sent, watch);
  rd_kafka_interceptor_add_on_response_received(client, "join_watch", received, watch);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

void JoinWatch::attach(rd_kafka_conf_t& conf) {
  rd_kafka_conf_interceptor_add_on_new(&conf, "join_watch", made, this);
}

void JoinWatch::on_request(int api) {
  if (api == list_offsets) ++offsets_asked_;
  if (api == join_group) joining_ = true;
}

void JoinWatch::on_response(int api) {
  if (api == join_group) answered_ = true;
  if (api != sync_group) return;
  expected_until_ = Clock::time_point{};
  joining_ = false;
}

}  // namespace radflow::kafka
