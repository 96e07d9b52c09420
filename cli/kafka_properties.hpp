// The Kafka options of the commands that talk to a broker themselves.
#pragma once

#include <string>
#include <vector>

#include "connectors/kafka/properties.hpp"
#include "graph/param.hpp"

namespace radflow::cli {

// `--broker HOST:PORT` and `--property KEY=VALUE`. Throws ParamError for what is not of that form.
inline kafka::Properties kafka_properties(const std::string& broker,
                                          const std::vector<std::string>& settings) {
  kafka::Properties properties{{"bootstrap.servers", broker}};
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      throw ParamError{"--property", "'" + setting + "' is not of the form KEY=VALUE"};
    properties.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return properties;
}

}  // namespace radflow::cli
