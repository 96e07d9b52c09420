// A certificate that a test's broker shows and signed itself, by the openssl command.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/connectors/temporary_folder.hpp"

namespace radflow {

class Certificate {
 public:
  static std::string why_none() {
    return std::system("command -v openssl >/dev/null 2>&1") == 0 ? "" : "the openssl command is missing";
  }

  // `name` is "DNS:localhost" or "IP:127.0.0.1".
  explicit Certificate(const std::string& name) {
    const std::string key = folder_.path("key.pem"), broker = folder_.path("broker.pem");
    if (std::system(("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=radflow-test "
                     "-addext subjectAltName=" +
                     name + " -keyout " + key + " -out " + authority() + " 2>" + folder_.path("log") +
                     " && cat " + key + " " + authority() + " >" + broker)
                        .c_str()))
      throw std::runtime_error{"no certificate: " + folder_.read("log")};
  }

  // For the client's ssl.ca.location.
  std::string authority() const { return folder_.path("ca.pem"); }
  // For the broker's configuration, with a listener that is called PLAINTEXT, as broker.sh makes it.
  std::vector<std::string> broker_settings(const std::string& protocol) const {
    return {"listener.security.protocol.map=PLAINTEXT:" + protocol + ",CONTROLLER:PLAINTEXT",
            "ssl.keystore.type=PEM",
            "ssl.keystore.location=" + folder_.path("broker.pem"),
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + authority(),
            "ssl.endpoint.identification.algorithm="};
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace radflow
