// Certificates: why a broker's certificate is not accepted, in words that name what is wrong. OpenSSL decides, as
// without it; of what it found librdkafka says only "certificate verify failed", and blames ssl.ca.location.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace radflow::kafka {

class Certificates {
 public:
  // What OpenSSL found (an X509_V_ERR_..., 0: nothing wrong) of a certificate in DER that the broker at HOST:PORT
  // shows. Returns whether it is accepted. Any thread.
  bool accepted(std::string_view address, int error, std::string_view der);

  // librdkafka's reason, "ssl://HOST:PORT/1: SSL handshake failed: ...", with ours behind the broker if there is one.
  std::string explain(std::string reason) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> wrong_;  // the key is HOST:PORT
};

}  // namespace radflow::kafka
