// SCRAM-SHA-512 on a real broker over TLS: it works where librdkafka is new enough for Kafka 4, and where it is
// refused, the message says what to look at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "tests/comes_true.hpp"
#include "tests/integration/certificate.hpp"
#include "tests/integration/heard.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/integration/sent.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr int new_enough = 0x02060100;  // librdkafka's issue 4895

class KafkaScram : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& why : {RealBroker::why_none_of_own(), Certificate::why_none()})
      if (!why.empty()) GTEST_SKIP() << why;
    certificate.emplace("IP:127.0.0.1");
    broker = RealBroker::another({});
    broker->make_topic_named("results");
    broker->add_scram_user("radflow", "right-word");
    broker->stop();
    auto settings = certificate->broker_settings("SASL_SSL");
    settings.insert(settings.end(), {"sasl.enabled.mechanisms=SCRAM-SHA-512",
                                     "sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512",
                                     "listener.name.plaintext.scram-sha-512.sasl.jaas.config="
                                     "org.apache.kafka.common.security.scram.ScramLoginModule required;"});
    broker->configure(settings);
    broker->start();
  }
  std::unique_ptr<Sink> sink(const std::string& password) const {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", broker->servers()},
                       {"security.protocol", "SASL_SSL"},
                       {"ssl.ca.location", certificate->authority()},
                       {"sasl.mechanism", "SCRAM-SHA-512"},
                       {"sasl.username", "radflow"},
                       {"sasl.password", password}};
    return make_sink("kafka: {topic: results}", info);
  }

  std::optional<Certificate> certificate;
  std::unique_ptr<RealBroker> broker;
  Heard heard;
};

TEST_F(KafkaScram, ARefusedLoginNamesThePasswordAndALibraryThatIsTooOld) {
  const bool old = rd_kafka_version() < new_enough;
  const auto refused = sink(old ? "right-word" : "another");  // an old one is refused with the right one, too
  EXPECT_TRUE(heard.within(10s, "sink test: Kafka at " + broker->servers() + " refuses the login"))
      << heard.all();
  const std::string said = heard.all();
  EXPECT_THAT(said, HasSubstr("check security.protocol, sasl.mechanism, sasl.username and sasl.password"));
  const std::string library =
      "on Kafka 4 librdkafka may be the reason: " + std::string{rd_kafka_version_str()} + " found";
  EXPECT_THAT(said,
              old ? testing::Matcher<std::string>{HasSubstr(library)} : Not(HasSubstr("may be the reason")));
  EXPECT_THAT(said, Not(HasSubstr("right-word")));
  EXPECT_FALSE(refused->ready());
  EXPECT_THAT(refused->not_ready(), HasSubstr("Kafka at " + broker->servers() + " refuses the login"));
}

TEST_F(KafkaScram, WorksOverTlsWhereTheLibraryIsNewEnough) {
  if (rd_kafka_version() < new_enough)
    GTEST_SKIP() << "librdkafka " << rd_kafka_version_str()
                 << " cannot log in by SCRAM on Kafka 4, 2.6.1 is needed";
  const auto writes = sink("right-word");
  Sent sent{*writes};
  sent.submit(0, 10);
  EXPECT_TRUE(writes->flush(30s)) << heard.all();
  EXPECT_EQ(sent.acknowledged, 10);
  // Whether a broker answers is seen in the statistics, once a second: the records may be there before.
  EXPECT_TRUE(comes_true(10s, [&] { return writes->ready(); })) << writes->not_ready();
}

}  // namespace
}  // namespace radflow
