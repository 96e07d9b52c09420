// What a client says that TLS keeps from its broker: each seen with a socket that does so.
#include "connectors/kafka/client/connection_advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/claim_check/tls_server.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/heard.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ConnectionAdvice : public testing::Test {
 protected:
  ConnectionAdvice() { folder.write("ca.pem", authority.pem()); }

  // The line of a client of this address that cannot reach its broker.
  static std::string said(const std::string& address, Properties properties) {
    Heard heard;
    properties.emplace_back("bootstrap.servers", address);
    Client client{RD_KAFKA_CONSUMER,
                  make_conf({{"group.id", "g"}, {"reconnect.backoff.max.ms", "200"}}, properties),
                  "test",
                  {.rebalance = [](rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*) {},
                   .delivered = {},
                   .kept = {}}};
    rd_kafka_poll_set_consumer(client.get());
    comes_true(10s, [&] {
      client.poll(20ms);
      client.watch();
      return heard.all().find("; check") != std::string::npos;
    });
    return heard.all();
  }
  static TlsServer::Reply hang_up(const std::string&) { return {.status = 0, .body = {}}; }
  static std::string address(const TlsServer& server) {
    return server.url("").substr(std::string_view{"https://"}.size());
  }

  const Certificate authority{{.subject = "authority"}};
  const TemporaryFolder folder;
};

TEST_F(ConnectionAdvice, AnUnknownAuthority) {
  const Certificate good{{.names = "IP:127.0.0.1"}, &authority};
  const TlsServer server{good, hang_up};
  EXPECT_THAT(said(address(server), {{"security.protocol", "ssl"}}),
              HasSubstr("; check ssl.ca.location), trying again\n"));
}

TEST_F(ConnectionAdvice, AnotherHostName) {
  const Certificate other{{.names = "DNS:broker.example.org"}, &authority};
  const TlsServer server{other, hang_up};
  EXPECT_THAT(
      said(address(server), {{"security.protocol", "ssl"}, {"ssl.ca.location", folder.path("ca.pem")}}),
      HasSubstr("(its certificate is for broker.example.org, not for 127.0.0.1), trying again; check "
                "bootstrap.servers: "));
}

TEST_F(ConnectionAdvice, TlsToAPortWithoutIt) {
  MockBroker broker;
  EXPECT_THAT(
      said(broker.servers(), {{"security.protocol", "ssl"}}),
      HasSubstr("), trying again; check security.protocol and the port: the broker may speak without TLS"));
}

TEST_F(ConnectionAdvice, NoTlsToAPortThatWantsIt) {
  const Certificate good{{.names = "IP:127.0.0.1"}, &authority};
  const TlsServer server{good, hang_up};
  EXPECT_THAT(said(address(server), {}),
              HasSubstr("), trying again; check security.protocol and the port: the broker may speak TLS"));
}

// TLS 1.3 tells of it after the handshake, by an alert.
TEST_F(ConnectionAdvice, ABrokerThatWantsACertificateOfTheClient) {
  EXPECT_THAT(
      connection_advice("SSL handshake failed: tlsv13 alert certificate required: SSL alert number 116"),
      HasSubstr("check ssl.certificate.location and ssl.key.location"));
}

TEST_F(ConnectionAdvice, NothingWhereTheReasonSaysAll) {
  EXPECT_EQ(connection_advice("Connect to ipv4#127.0.0.1:1 failed: Connection refused"), "");
}

}  // namespace
}  // namespace radflow::kafka
