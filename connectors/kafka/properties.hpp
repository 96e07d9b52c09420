// What a graph says to librdkafka: properties of the YAML, checked when the graph is built.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/kafka/handle.hpp"

namespace radflow::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

// A configuration of `defaults`, then `properties`; later ones win. Throws ParamError that names the
// property, what librdkafka says of it and the nearest known one; a property that radflow owns is refused.
ConfPtr make_conf(const Properties& defaults, const Properties& properties);

// The last value of a property, or `otherwise`.
std::string property(const Properties& properties, std::string_view name, std::string otherwise = "");

// The value in a configuration, default or set; "" for none.
std::string property(const rd_kafka_conf_t& conf, const char* name);

// True for what must not be shown: passwords, keys, client secrets.
bool is_secret(std::string_view property);

}  // namespace radflow::kafka
