// What a graph says to librdkafka: properties of the YAML, checked when the graph is built.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/kafka/librdkafka/handle.hpp"
#include "graph/param.hpp"

namespace radflow::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

// A configuration of `defaults`, then `properties`; later ones win. Throws ParamError that names the
// property, what librdkafka says of it and the nearest known one; a property that radflow owns is refused.
ConfPtr make_conf(const Properties& defaults, const Properties& properties);

// All that make_conf() and a client made from it would refuse, each with the property it is about where that
// can be told. Asks no broker.
std::vector<ParamError> check_conf(rd_kafka_type_t type, const Properties& defaults,
                                   const Properties& properties);

// The properties whose names have no dot, such as `acks` and `debug`.
std::vector<std::string> plain_properties();

// What is wrong with a configuration that names no broker.
ParamError no_broker();

// By Kafka's rule: at most 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', not "." or "..". Throws
// ParamError of `param`.
void check_topic(const std::string& topic, const std::string& param);

// The last value of a property, or `otherwise`.
std::string property(const Properties& properties, std::string_view name, std::string otherwise = "");

// The brokers, "localhost:9092" as YAML has it: the last value of bootstrap.servers or of metadata.broker.list, which is
// its other name.
std::string addresses(const Properties& properties);
bool names_addresses(std::string_view property);

// The value in a configuration, default or set; "" for none.
std::string property(const rd_kafka_conf_t& conf, const char* name);

// True for what must not be shown: passwords, keys, client secrets.
bool is_secret(std::string_view property);

}  // namespace radflow::kafka
