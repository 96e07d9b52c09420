#include "connectors/kafka/librdkafka/properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "connectors/kafka/librdkafka/certificate_files.hpp"
#include "graph/suggestion.hpp"

namespace radflow::kafka {
namespace {

struct Owned {
  std::string_view name, why;
};
constexpr std::array<Owned, 6> owned{{
    {"auto.offset.reset",
     "of the source, 'from: earliest | latest' says where a group without a position begins, 'on_gap: warn | "
     "stop' what becomes of one whose records are gone"},
    {"enable.auto.commit",
     "radflow commits a position itself, once everything that came of it is acknowledged"},
    {"enable.auto.offset.store",
     "radflow commits a position itself, once everything that came of it is acknowledged"},
    {"transactional.id",
     "radflow derives it from the group; ask for transactions by 'delivery: exactly_once'"},
    {"enable.partition.eof", "radflow needs to hear where a partition ends"},
    {"statistics.interval.ms", "radflow reads the statistics itself, see /metrics"},
}};

// Every property of this librdkafka that text can set. It has no call for that but the table it prints.
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
    const bool head = name == "Property" || line.find(" | ") == std::string::npos;
    const bool by_call = line.find("see dedicated API") != std::string::npos;
    if (!head && !by_call) names.push_back(name);
  }
  return names;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; !what.empty() && (at = text.find(what, at)) != std::string::npos;
       at += with.size())
    text.replace(at, what.size(), with);
}

// What is wrong with it, if anything is.
std::optional<ParamError> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> reason{};
  switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size())) {
    case RD_KAFKA_CONF_OK:
      return std::nullopt;
    case RD_KAFKA_CONF_INVALID: {  // librdkafka may name an older alias of the property
      std::string message = fmt::format("'{}: {}': {}", name, value, reason.data());
      if (is_secret(name)) replace_all(message, value, "***");
      return ParamError{name, message};
    }
    case RD_KAFKA_CONF_UNKNOWN:
      break;
  }
  return ParamError{name, fmt::format("'{}' is not a property of librdkafka {}{}", name,
                                      rd_kafka_version_str(), suggestion(name, known_properties()))};
}

ConfPtr make_conf(const Properties& defaults, const Properties& properties, std::vector<ParamError>& wrong) {
  ConfPtr conf{rd_kafka_conf_new()};
  // From 2.5.0 on librdkafka sends metrics of its own to brokers, and every client waits up to a second for that
  // when it ends. Older ones do not know the property.
  rd_kafka_conf_set(conf.get(), "enable.metrics.push", "false", nullptr, 0);
  const auto keep = [&](std::optional<ParamError> error) {
    if (error) wrong.push_back(*std::move(error));
  };
  for (const auto& [name, value] : defaults) keep(set(conf.get(), name, value));
  for (const auto& [name, value] : properties) {
    if (const auto found = std::ranges::find(owned, name, &Owned::name); found != owned.end())
      keep(ParamError{name, fmt::format("'{}' cannot be set: {}", name, found->why)});
    else
      keep(set(conf.get(), name, value));
  }
  // librdkafka makes no consumer that fetches less than message.max.bytes, which a shared block sets for producers.
  const std::string largest = property(*conf, "message.max.bytes");
  if (property(properties, "fetch.max.bytes").empty() &&
      std::stoll(largest) > std::stoll(property(*conf, "fetch.max.bytes")))
    set(conf.get(), "fetch.max.bytes", largest);
  if (property(properties, "enable.idempotence", "").size() &&
      property(*conf, "enable.idempotence") == "false")
    keep(ParamError{"enable.idempotence",
                    "'enable.idempotence' cannot be false: without it a batch that is sent again can be "
                    "written twice or behind later ones; leave it out"});
  return conf;
}

// What only the making of a client finds: values that do not fit together, certificates that cannot be read.
std::optional<ParamError> try_client(rd_kafka_type_t type, const Properties& defaults,
                                     Properties properties) {
  // Without brokers it asks nobody.
  std::erase_if(properties, [](const auto& property) {
    return property.first == "bootstrap.servers" || property.first == "metadata.broker.list";
  });
  std::vector<ParamError> none;
  ConfPtr conf = make_conf(defaults, properties, none);
  // Of the others the making runs programs or asks servers for a token.
  const std::string login = property(*conf, "sasl.mechanisms");
  if (property(*conf, "security.protocol").starts_with("sasl") && login != "PLAIN" &&
      !login.starts_with("SCRAM"))
    return std::nullopt;
  rd_kafka_conf_set_log_cb(conf.get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  std::array<char, 512> reason{};
  if (rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason.data(), reason.size())) {
    conf.release();  // the client's now
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return std::nullopt;
  }
  const std::string_view text{reason.data()};
  // The first of the given ones that it names.
  const auto about = std::ranges::min_element(
      properties, {}, [&](const auto& property) { return text.find(property.first); });
  const bool named = about != properties.end() && text.find(about->first) != std::string_view::npos;
  if (!named) return ParamError{"", std::string{text}};
  return ParamError{about->first, explained(properties, about->first, std::string{text})};
}

}  // namespace

std::vector<std::string> plain_properties() {
  std::vector<std::string> names = known_properties();
  std::erase_if(names, [](const std::string& name) { return name.find('.') != std::string::npos; });
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

ConfPtr make_conf(const Properties& defaults, const Properties& properties) {
  std::vector<ParamError> wrong;
  ConfPtr conf = make_conf(defaults, properties, wrong);
  if (!wrong.empty()) throw wrong.front();
  return conf;
}

std::vector<ParamError> check_conf(rd_kafka_type_t type, const Properties& defaults,
                                   const Properties& properties) {
  std::vector<ParamError> wrong;
  const ConfPtr conf = make_conf(defaults, properties, wrong);
  if (!wrong.empty()) return wrong;
  if (property(*conf, "bootstrap.servers").empty()) return {no_broker()};
  if (property(*conf, "security.protocol").ends_with("ssl"))  // else they are not opened
    if (auto unreadable = check_certificate_files(properties); !unreadable.empty()) return unreadable;
  if (auto error = try_client(type, defaults, properties)) return {*std::move(error)};
  return {};
}

ParamError no_broker() {
  return {"bootstrap.servers", "no broker is named: set 'bootstrap.servers: HOST:PORT' under 'kafka:'"};
}

void check_topic(const std::string& topic, const std::string& param) {
  constexpr std::size_t longest = 249;
  const auto fits = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; };
  if (!topic.empty() && topic.size() <= longest && topic != "." && topic != ".." &&
      std::ranges::all_of(topic, fits))
    return;
  throw ParamError{param,
                   fmt::format("'{}' is no name of a topic: 1 to {} of the characters a-z, A-Z, 0-9, '.', "
                               "'_' and '-', and not '.' or '..' alone",
                               topic, longest)};
}

std::string property(const Properties& properties, std::string_view name, std::string otherwise) {
  const auto last = std::find_if(properties.rbegin(), properties.rend(),
                                 [&](const auto& property) { return property.first == name; });
  return last == properties.rend() ? otherwise : last->second;
}

bool names_addresses(std::string_view property) {
  return property == "bootstrap.servers" || property == "metadata.broker.list";
}

std::string addresses(const Properties& properties) {
  std::string list;
  for (const auto& [name, value] : properties)
    if (names_addresses(name)) list = value;
  return list;
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
         property.ends_with("passphrase") || property == "sasl.oauthbearer.config" ||
         property == "sasl.jaas.config";
}

}  // namespace radflow::kafka
