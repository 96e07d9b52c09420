// The Kafka options of the commands that talk to a broker themselves.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "cli/checks.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow::cli {

// `--broker HOST:PORT` and `--property KEY=VALUE`.
struct KafkaOptions {
  std::string broker;
  std::vector<std::string> settings;

  // They have to live as long as the app.
  void add_to(CLI::App& app) {
    app.add_option("--broker", broker, "HOST:PORT of a Kafka broker; several with commas.")
        ->envname("KAFKA")
        ->required();
    app.add_option("-X,--property", settings, "Any librdkafka property: KEY=VALUE. May be repeated.")
        ->allow_extra_args(false)
        ->check(key_and_value());
  }

  kafka::Properties properties() const {
    kafka::Properties properties{{"bootstrap.servers", broker}};
    for (const std::string& setting : settings) {
      const std::size_t equals = setting.find('=');
      properties.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    }
    return properties;
  }
};

}  // namespace radflow::cli
