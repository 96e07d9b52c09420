// What librdkafka's threads may still use of a Client that has ended.
#include "connectors/kafka/client/client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>

#include "tests/comes_true.hpp"
#include "tests/connectors/claim_check/tls_server.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

// A record that is a view keeps librdkafka's client, which goes on connecting and asks for certificates.
TEST(KafkaClient, CertificatesAreAskedForAfterItsEnd) {
  const Certificate certificate{{.names = "IP:127.0.0.1"}};
  std::atomic<int> connections = 0;
  const TlsServer server{certificate, [&](const std::string&) {
                           ++connections;
                           return TlsServer::Reply{};
                         }};
  const std::string address = server.url("").substr(std::string_view{"https://"}.size());
  ConfPtr conf =
      make_conf({{"group.id", "g"}, {"reconnect.backoff.ms", "20"}, {"reconnect.backoff.max.ms", "100"}},
                {{"bootstrap.servers", address}, {"security.protocol", "ssl"}});
  const auto kept = std::make_shared<int>();
  alignas(Client) std::array<std::byte, sizeof(Client)> memory;
  auto* const client =
      new (memory.data()) Client{RD_KAFKA_CONSUMER,
                                 std::move(conf),
                                 "test",
                                 {.rebalance = [](rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*) {},
                                  .delivered = {},
                                  .kept = kept}};
  ClientPtr shared = client->shared();
  EXPECT_TRUE(comes_true(20s, [&] { return connections > 0; }));
  std::destroy_at(client);
  memory.fill(std::byte{0xa5});
  EXPECT_TRUE(comes_true(20s, [&, before = connections.load()] { return connections > before + 2; }));
  EXPECT_EQ(kept.use_count(), 2) << "librdkafka's threads have not ended";
  shared.reset();
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace radflow::kafka
