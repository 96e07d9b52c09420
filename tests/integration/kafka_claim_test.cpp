// Claims on a real broker: records that say where their bytes are.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "graph/digest.hpp"
#include "graph/pipeline.hpp"
#include "tests/connectors/claim_check/claims.hpp"
#include "tests/connectors/claim_check/tls_server.hpp"
#include "tests/connectors/claim_check/web_server.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// 8x8 pixels of one value.
std::string pixels(int value) { return std::string(64, static_cast<char>(value)); }

Record described(Record record, const std::string& key) {
  record.key = key;
  const std::vector<Header> raw = raw_headers(8);
  record.headers.insert(record.headers.end(), raw.begin(), raw.end());
  return record;
}

class KafkaClaim : public WithTopics, public testing::WithParamInterface<const char*> {
 protected:
  Plan plan(const std::string& prefix, const std::string& more = "") const {
    return load_plan_text(fmt::format(R"(
graph: claims
memory: 20KiB
delivery: {}
kafka: {{bootstrap.servers: '{}'}}
sources:
  - kafka: {{topic: {}, group: {}, until_caught_up: true, max_uncommitted: 20, claim_check: {{allow: ['{}'], max_bytes: 1KiB{}}}}}
nodes: [decode, histogram]
sinks:
  - kafka: {{topic: {}}}
    name: results
  - kafka: {{topic: {}}}
    name: dead
    from: errors
)",
                                      GetParam(), broker().servers(), in, in, prefix, more, out, dead),
                          "test.yaml");
  }
  // Claims of the objects 0.. below `prefix`, whose bytes are those.
  void send_claims(const std::string& prefix, const std::vector<std::string>& objects) const {
    std::vector<Record> sent;
    for (std::size_t i = 0; i < objects.size(); ++i)
      sent.push_back(
          described(claim_record(prefix + std::to_string(i), objects[i]), "key-" + std::to_string(i)));
    broker().produce(in, sent);
  }
};

TEST_P(KafkaClaim, EveryClaimIsAResultOrADeadLetterOnce) {
  const TemporaryFolder folder;
  const std::string prefix = "file://" + folder.path("archive/");
  std::vector<Record> sent;
  std::map<std::string, std::string> reasons;  // of keys whose record has to fail
  for (int i = 0; i < 200; ++i) {
    const std::string name = fmt::format("frame-{:03}", i), bytes = pixels(i);
    folder.write("archive/" + name, i % 20 == 3 ? bytes + "and more" : bytes);
    Record record = claim_record(prefix + (i % 20 == 7 ? "no-" : "") + name, bytes);
    if (i % 20 == 3) reasons[name] = "claim_digest_mismatch";
    if (i % 20 == 7) reasons[name] = "claim_not_found";
    if (i % 20 == 11) {
      record = claim_record("file:///etc/passwd", bytes);
      reasons[name] = "claim_not_allowed";
    }
    if (i % 10 == 5) record = Record{Bytes::of(bytes)};  // no claim
    sent.push_back(described(std::move(record), name));
  }
  folder.write("archive/large", std::string(2000, 'x'));
  sent.push_back(described(claim_record(prefix + "large", std::string(2000, 'x')), "large"));
  reasons["large"] = "claim_too_large";
  broker().produce(in, sent);

  Pipeline pipeline{plan(prefix)};
  pipeline.start();
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended");
  EXPECT_EQ(committed(), 201);
  EXPECT_EQ(pipeline.stats().bytes_in_flight, 0);

  std::set<std::string> keys;
  for (const Record& result : broker().read_all(out)) {
    EXPECT_TRUE(keys.insert(*result.key).second) << *result.key << " is there twice";
    EXPECT_FALSE(reasons.contains(*result.key));
    const int value = std::stoi(result.key->substr(6));
    EXPECT_THAT(result.value.text(), HasSubstr(xxh3_digest(pixels(value))))
        << "of the bytes that were fetched";
  }
  for (const Record& letter : broker().read_all(dead)) {
    EXPECT_TRUE(keys.insert(*letter.key).second);
    EXPECT_EQ(letter.header("radflow-error-reason"), reasons[*letter.key]);
    EXPECT_TRUE(letter.value.empty()) << "as it came";
    EXPECT_TRUE(letter.header("ce_dataref"));
  }
  EXPECT_EQ(keys.size(), 201u);
}

TEST_P(KafkaClaim, AServerThatIsAwayIsWaitedForAndTheGroupKept) {
  std::atomic<bool> away{true};
  const WebServer server{[&](const std::string& path) -> WebServer::Reply {
    if (away) return {.status = 503};
    return {.body = pixels(std::stoi(path.substr(path.rfind('/') + 1)))};
  }};
  std::vector<std::string> objects;
  for (int i = 0; i < 100; ++i) objects.push_back(pixels(i));
  send_claims(server.url("/objects/"), objects);
  Heard heard;
  Pipeline pipeline{plan(server.url("/objects/"))};
  pipeline.start();
  EXPECT_TRUE(heard.within(20s, "source kafka: a claim cannot be fetched: HTTP 503 (below " +
                                    server.url("/objects/") + "), trying again"))
      << heard.all();
  EXPECT_FALSE(pipeline.ready());
  std::this_thread::sleep_for(3s);
  EXPECT_EQ(broker().members(in), 1u);
  EXPECT_EQ(committed(), 0);
  const auto stalls = pipeline.stats().stalls;
  ASSERT_FALSE(stalls.empty());
  EXPECT_THAT(stalls[0].where, HasSubstr("source 'kafka' holds it"));
  away = false;
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended");
  EXPECT_EQ(committed(), 100);
  EXPECT_EQ(broker().read_all(out).size(), 100u);
  EXPECT_TRUE(broker().read_all(dead).empty());
  EXPECT_THAT(heard.all(), testing::Not(HasSubstr("gives up 3 partitions\nsource kafka: takes")));
}

TEST_P(KafkaClaim, AServerThatIsNotTrustedIsWaitedForUntilItIs) {
  const Certificate authority{{.subject = "authority"}};
  const TlsServer server{Certificate{{.subject = "server", .names = "IP:127.0.0.1"}, &authority},
                         [](const std::string& request) -> TlsServer::Reply {
                           if (request.find("Authorization: Basic ") == std::string::npos)
                             return {.status = 401, .body = ""};
                           return {.status = 200, .body = pixels(7)};
                         }};
  const TemporaryFolder folder;
  folder.write("ca.pem", authority.pem());
  folder.write("netrc", "machine 127.0.0.1 login radflow password hush\n");
  send_claims(server.url("/objects/"), std::vector<std::string>(20, pixels(7)));
  Heard heard;
  {
    Pipeline pipeline{plan(server.url("/objects/"))};
    pipeline.start();
    EXPECT_TRUE(heard.within(20s, "claim_check.ca names a file of certificates to trust (below " +
                                      server.url("/objects/") + "), trying again"))
        << heard.all();
    EXPECT_FALSE(pipeline.ready());
    pipeline.stop();
    pipeline.wait();
    EXPECT_EQ(committed(), 0);
  }
  Pipeline pipeline{plan(server.url("/objects/"), fmt::format(", ca: '{}', netrc: '{}'",
                                                              folder.path("ca.pem"), folder.path("netrc")))};
  pipeline.start();
  EXPECT_TRUE(pipeline.wait()) << pipeline.failure().value_or("not all ended") << heard.all();
  EXPECT_EQ(committed(), 20);
  EXPECT_EQ(broker().read_all(out).size(), 20u);
  EXPECT_TRUE(broker().read_all(dead).empty());
  EXPECT_THAT(heard.all(), testing::Not(HasSubstr("hush")));
}

INSTANTIATE_TEST_SUITE_P(, KafkaClaim, testing::Values("at_least_once", "exactly_once"),
                         [](const auto& delivery) { return std::string{delivery.param}; });

}  // namespace
}  // namespace radflow
