// What to look at when no connection to a broker comes about although somebody answers at its address.
#pragma once

#include <string>
#include <string_view>

namespace radflow::kafka {

// "; check ...", or "" where `reason` says all. `reason` is librdkafka's, or what Certificates says in its place.
inline std::string connection_advice(std::string_view reason) {
  const auto says = [&](std::string_view part) { return reason.find(part) != reason.npos; };
  if (says("its certificate is for "))
    return "; check bootstrap.servers: it has to give the broker a name that its certificate is for";
  if (says("certificate required") || says("bad certificate") || says("unknown ca"))
    return "; check ssl.certificate.location and ssl.key.location: the broker wants a certificate of this "
           "client that it trusts";
  if (says("PLAINTEXT broker listener") || says("wrong version number"))
    return "; check security.protocol and the port: the broker may speak without TLS there (plaintext, "
           "sasl_plaintext)";
  if (says("SSL listener") || says("security.protocol"))
    return "; check security.protocol and the port: the broker may speak TLS there (ssl, sasl_ssl)";
  if (says("SSL handshake failed")) return "; check security.protocol, the port and the properties ssl.*";
  return "";
}

}  // namespace radflow::kafka
