#include "monitoring/server.hpp"

#include <civetweb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <thread>

#include "graph/param.hpp"
#include "tests/monitoring/sample_stats.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

struct Answer {
  int status = 0;
  std::string type;
  std::string body;
};

Answer request(const std::string& url, const std::string& path, const std::string& method = "GET") {
  const int port = std::stoi(url.substr(url.rfind(':') + 1));
  std::array<char, 256> error{};
  mg_connection* connection = mg_download("127.0.0.1", port, 0, error.data(), error.size(),
                                          "%s %s HTTP/1.0\r\n\r\n", method.c_str(), path.c_str());
  if (!connection) throw std::runtime_error{error.data()};
  Answer answer;
  const mg_response_info& info = *mg_get_response_info(connection);
  answer.status = info.status_code;
  if (const char* type = mg_get_header(connection, "Content-Type")) answer.type = type;
  std::array<char, 4096> block;
  for (int n; (n = mg_read(connection, block.data(), block.size())) > 0;) answer.body.append(block.data(), n);
  mg_close_connection(connection);
  return answer;
}

class ServerTest : public testing::Test {
 protected:
  PipelineStats stats = sample_stats();
  Server server{[this] { return stats; }, "127.0.0.1:0"};
};

TEST_F(ServerTest, ServesMetricsInPrometheusFormat) {
  const Answer answer = request(server.url(), "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.type, StartsWith("text/plain; version=0.0.4"));
  EXPECT_THAT(answer.body,
              HasSubstr("radflow_records_received_total{graph=\"pneumonia\",source=\"frames\"} 45"));
}

TEST_F(ServerTest, IsReadyWhileEverythingIsAndSaysWhatIsNot) {
  EXPECT_EQ(request(server.url(), "/readyz").status, 200);
  stats.sources[0].not_ready = "no broker at a:1 answers";
  stats.sinks[0].not_ready = "topic 'results' does not exist";
  const Answer answer = request(server.url(), "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body,
            "source frames (kafka): no broker at a:1 answers\nsink results (kafka): topic 'results' does not "
            "exist\n");
  EXPECT_EQ(request(server.url(), "/healthz").status, 200) << "the process is alive all the same";
}

TEST_F(ServerTest, AGraphThatDoesNotRunIsNotReady) {
  stats.running = false;
  EXPECT_EQ(request(server.url(), "/readyz").body, "the graph is not running\n");
}

TEST_F(ServerTest, StatusIsJson) {
  stats.sources[0].refused = {{"fetch_failed", 3}};
  const Answer answer = request(server.url(), "/status");
  EXPECT_EQ(answer.type, "application/json");
  const auto json = nlohmann::json::parse(answer.body);
  EXPECT_EQ(json["records"]["delivered"], 40);
  EXPECT_EQ(json["nodes"][0]["failed"]["truncated"], 2);
  EXPECT_EQ(json["sources"][0]["first_refused"]["claim_not_found"], "frames:0:17: nothing is there");
  EXPECT_TRUE(json["sources"][0]["partitions"][1]["frontier"].is_null());
  EXPECT_EQ(json["sources"][0]["refused"]["fetch_failed"], 3);
  EXPECT_EQ(json["not_ready"].size(), 0u);
}

TEST_F(ServerTest, TheFirstPageLinksTheOthers) {
  const Answer answer = request(server.url(), "/");
  EXPECT_THAT(answer.body, HasSubstr("href=metrics"));
  EXPECT_THAT(answer.type, StartsWith("text/html"));
}

TEST_F(ServerTest, RefusesWhatItDoesNotServe) {
  EXPECT_EQ(request(server.url(), "/etc/passwd").status, 404);
  EXPECT_EQ(request(server.url(), "/metrics", "DELETE").status, 405);
}

TEST_F(ServerTest, AnExplicitAddressThatIsTakenIsAnError) {
  const std::string address = server.url().substr(7);
  EXPECT_THAT(
      [&] {
        (Server{[] { return PipelineStats{}; }, address});
      },
      ThrowsMessage<ParamError>("cannot listen on " + address +
                                ": the port is taken; choose another one, or 0 for any free one"));
}

TEST(Server, AnAddressOfAnotherMachineIsNotCalledTaken) {
  EXPECT_THAT(
      [] {
        (Server{[] { return PipelineStats{}; }, "192.0.2.1:9464"});
      },
      ThrowsMessage<ParamError>("cannot listen on 192.0.2.1:9464: '192.0.2.1' is no address of this "
                                "machine; 0.0.0.0 stands for all that it has"));
}

TEST(Server, ADefaultPortThatIsTakenMovesToTheNext) {
  const Server one{[] { return PipelineStats{}; }}, two{[] { return PipelineStats{}; }};
  EXPECT_NE(one.url(), two.url());
  EXPECT_THAT(two.url(), StartsWith("http://127.0.0.1:"));
  EXPECT_EQ(request(one.url(), "/healthz").body, "ok\n");
  EXPECT_EQ(request(two.url(), "/healthz").body, "ok\n");
}

TEST(Server, WhatIsNoAddressIsAnError) {
  for (const char* wrong : {"localhost", ":9464", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:80s",
                            "1.2.3.4:1,5.6.7.8:2", "192.0.2.1:9464"})
    EXPECT_THROW((Server{[] { return PipelineStats{}; }, wrong}), ParamError) << wrong;
}

TEST(Server, AnExceptionWhileAnsweringIsA500) {
  const Server server{[]() -> PipelineStats { throw std::runtime_error{"no numbers"}; }, "127.0.0.1:0"};
  EXPECT_EQ(request(server.url(), "/metrics").status, 500);
}

// Connections that ask nothing, or not all of it.
class Idle {
 public:
  Idle(const std::string& url, int count, const std::string& said = "") {
    const int port = std::stoi(url.substr(url.rfind(':') + 1));
    for (int i = 0; i < count; ++i) {
      const int one = socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(static_cast<std::uint16_t>(port));
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      EXPECT_EQ(connect(one, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
      EXPECT_EQ(send(one, said.data(), said.size(), 0), static_cast<ssize_t>(said.size()));
      sockets_.push_back(one);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});  // threads have taken them
  }
  ~Idle() {
    for (const int one : sockets_) close(one);
  }
  Idle(const Idle&) = delete;
  Idle& operator=(const Idle&) = delete;

  // Whether the server ends the first one within the time, while a byte comes now and then.
  bool ends_within(std::chrono::milliseconds time) const {
    for (const auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;) {
      if (send(sockets_.front(), "a", 1, MSG_NOSIGNAL) < 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    return false;
  }

 private:
  std::vector<int> sockets_;
};

double seconds_for_metrics(const Server& server) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(request(server.url(), "/metrics").status, 200);
  return std::chrono::duration<double>{std::chrono::steady_clock::now() - start}.count();
}

TEST(Server, AnswersAtOnceBesideIdleConnections) {
  const Server server{[] { return sample_stats(); }, "127.0.0.1:0"};
  for (const char* said : {"", "GET /metrics HTTP/1.1\r\nHost: "}) {
    const Idle idle{server.url(), 6, said};
    EXPECT_LT(seconds_for_metrics(server), 1) << said;
  }
}

TEST(Server, MoreIdleConnectionsThanThreadsHoldItForSecondsOnly) {
  const Server server{[] { return sample_stats(); }, "127.0.0.1:0"};
  const Idle idle{server.url(), 40};
  EXPECT_LT(seconds_for_metrics(server), 8);
}

TEST(Server, ARequestThatComesByteByByteIsEnded) {
  const Server server{[] { return sample_stats(); }, "127.0.0.1:0"};
  const Idle slow{server.url(), 1, "GET /"};
  EXPECT_TRUE(slow.ends_within(std::chrono::seconds{6}));
}

TEST(Server, AnswersManyAtATime) {
  const Server server{[] { return sample_stats(); }, "127.0.0.1:0"};
  std::vector<std::jthread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&] {
      for (int n = 0; n < 25; ++n) EXPECT_EQ(request(server.url(), "/metrics").status, 200);
    });
}

}  // namespace
}  // namespace radflow
