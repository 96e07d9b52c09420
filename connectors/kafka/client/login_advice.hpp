// What to look at when a broker refuses the login. librdkafka below 2.6.1 sends SCRAM in a form that Kafka 4
// answers as it answers a wrong password (librdkafka's issue 4895), so the password alone must not be blamed.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace radflow::kafka {

// `version` is rd_kafka_version(): two hexadecimal digits each for major, minor, revision and release.
inline std::string login_advice(std::string_view mechanism, int version) {
  constexpr int needed = 0x02060100;
  std::string advice = "check security.protocol, sasl.mechanism, sasl.username and sasl.password";
  if (mechanism.starts_with("SCRAM") && version < needed)
    advice += fmt::format(
        "; on Kafka 4 librdkafka may be the reason: {}.{}.{} found, SCRAM needs 2.6.1 there (Debian 13 has "
        "it)",
        version >> 24, (version >> 16) & 0xff, (version >> 8) & 0xff);
  return advice;
}

}  // namespace radflow::kafka
