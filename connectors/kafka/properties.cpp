#include "connectors/kafka/properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "graph/param.hpp"

namespace radflow::kafka {
namespace {

struct Owned {
  std::string_view name, why;
};
constexpr std::array<Owned, 5> owned{{
    {"enable.auto.commit",
     "radflow commits a position itself, once everything that came of it is acknowledged"},
    {"enable.auto.offset.store",
     "radflow commits a position itself, once everything that came of it is acknowledged"},
    {"transactional.id",
     "radflow derives it from the group; ask for transactions by 'delivery: exactly_once'"},
    {"enable.partition.eof", "radflow needs to hear where a partition ends"},
    {"statistics.interval.ms", "radflow reads the statistics itself, see /metrics"},
}};

// Every property of this librdkafka. It has no call for that but the table it prints.
std::vector<std::string> known_properties() {
  char* table = nullptr;
  std::size_t size = 0;
  std::FILE* file = open_memstream(&table, &size);
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  std::istringstream lines{std::string{table, size}};
  std::free(table);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(' '));
    if (name.find('.') != std::string::npos && line.find(" | ") != std::string::npos) names.push_back(name);
  }
  return names;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; !what.empty() && (at = text.find(what, at)) != std::string::npos;
       at += with.size())
    text.replace(at, what.size(), with);
}

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> reason{};
  switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size())) {
    case RD_KAFKA_CONF_OK:
      return;
    case RD_KAFKA_CONF_INVALID: {  // librdkafka may name an older alias of the property
      std::string message = fmt::format("'{}: {}': {}", name, value, reason.data());
      if (is_secret(name)) replace_all(message, value, "***");
      throw ParamError{name, message};
    }
    case RD_KAFKA_CONF_UNKNOWN:
      break;
  }
  const std::string near = nearest(name, known_properties());
  throw ParamError{name,
                   fmt::format("'{}' is not a property of librdkafka {}{}", name, rd_kafka_version_str(),
                               near.empty() ? "" : "; did you mean '" + near + "'?")};
}

}  // namespace

ConfPtr make_conf(const Properties& defaults, const Properties& properties) {
  ConfPtr conf{rd_kafka_conf_new()};
  for (const auto& [name, value] : defaults) set(conf.get(), name, value);
  for (const auto& [name, value] : properties) {
    if (const auto found = std::ranges::find(owned, name, &Owned::name); found != owned.end())
      throw ParamError{name, fmt::format("'{}' cannot be set: {}", name, found->why)};
    set(conf.get(), name, value);
  }
  return conf;
}

std::string property(const Properties& properties, std::string_view name, std::string otherwise) {
  const auto last = std::find_if(properties.rbegin(), properties.rend(),
                                 [&](const auto& property) { return property.first == name; });
  return last == properties.rend() ? otherwise : last->second;
}

std::string property(const rd_kafka_conf_t& conf, const char* name) {
  std::size_t size = 0;  // with the closing zero
  if (rd_kafka_conf_get(&conf, name, nullptr, &size) != RD_KAFKA_CONF_OK || size == 0) return "";
  std::string value(size, '\0');
  if (rd_kafka_conf_get(&conf, name, value.data(), &size) != RD_KAFKA_CONF_OK) return "";
  value.pop_back();
  return value;
}

bool is_secret(std::string_view property) {
  return property.ends_with("password") || property.ends_with("secret") || property.ends_with("key.pem") ||
         property == "sasl.oauthbearer.config";
}

}  // namespace radflow::kafka
