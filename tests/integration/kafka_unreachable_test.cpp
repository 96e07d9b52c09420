// A broker that answers at the address a client was given, and tells it another one, which cannot be reached: the
// usual mistake in advertised.listeners. Said once, within seconds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/certificate.hpp"
#include "tests/integration/real_broker.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

class KafkaUnreachable : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const std::string why = RealBroker::why_none_of_own(); !why.empty()) GTEST_SKIP() << why;
    broker = RealBroker::another({});
    for (const char* topic : {"frames", "results"}) broker->make_topic_named(topic);
    broker->stop();
    broker->configure({"advertised.listeners=PLAINTEXT://" + GetParam()});
    broker->start();
    folder.write("frame.raw", "x");
    folder.write("graph.yaml", fmt::format("graph: test\nhttp: {{listen: 127.0.0.1:0}}\n"
                                           "kafka: {{bootstrap.servers: '{}'}}\n"
                                           "sources:\n  - kafka: {{topic: frames}}\nnodes: [decode]\n"
                                           "sinks:\n  - kafka: {{topic: results}}\n",
                                           broker->servers()));
  }
  // What the command says in its first seconds.
  std::string say(const std::string& command) const {
    return cli::run_shell("timeout -k 5 7 " + command + " 2>&1").out;
  }

  std::unique_ptr<RealBroker> broker;
  TemporaryFolder folder;
};

TEST_P(KafkaUnreachable, IsSaidOnceByTheCommandsWithBrokerAndAddress) {
  const std::string sentence =
      fmt::format("Kafka at {} gives {} as the address of its broker 1, which cannot be reached from here (",
                  broker->servers(), GetParam());
  const std::string at = " --broker " + broker->servers() + " --topic frames ";
  for (const std::string& command :
       {"$radflow send " + folder.path("frame.raw") + at, "$radflow tail" + at,
        "$radflow run " + folder.path("graph.yaml"),
        "$radflow replay " + folder.path("graph.yaml") + " --range frames:0:0-"}) {
    const std::string said = say(command);
    const std::size_t first = said.find(sentence);
    ASSERT_NE(first, said.npos) << command << "\n" << said;
    const std::size_t end = said.find('\n', first);
    EXPECT_THAT(said.substr(first, end - first), HasSubstr("advertised.listeners"));
    const std::size_t begin = said.rfind('\n', first) + 1;
    const std::string line = said.substr(said.find(' ', begin), end - said.find(' ', begin));
    EXPECT_EQ(said.find(line, end), said.npos) << "said twice:\n" << said;
  }
}

// The client is given a name that the certificate is for, and the broker advertises another.
TEST(KafkaCertificate, OfAnotherNameThanTheAdvertisedOneIsSaidWithBoth) {
  for (const std::string& why : {RealBroker::why_none_of_own(), Certificate::why_none()})
    if (!why.empty()) GTEST_SKIP() << why;
  const Certificate certificate{"DNS:localhost"};
  const auto broker = RealBroker::another({});
  for (const char* topic : {"frames", "results"}) broker->make_topic_named(topic);
  broker->stop();
  broker->configure(certificate.broker_settings("SSL"));
  broker->start();
  const std::string named = "localhost" + broker->servers().substr(broker->servers().find(':'));
  const TemporaryFolder folder;
  folder.write("frame.raw", "x");
  folder.write(
      "graph.yaml",
      fmt::format("graph: test\nhttp: {{listen: 127.0.0.1:0}}\n"
                  "kafka: {{bootstrap.servers: '{}', security.protocol: ssl, ssl.ca.location: '{}',\n"
                  "  broker.address.family: v4}}\n"
                  "sources:\n  - kafka: {{topic: frames}}\nnodes: [decode]\n"
                  "sinks:\n  - kafka: {{topic: results}}\n",
                  named, certificate.authority()));
  const std::string options = " --broker " + named + " --topic frames -X broker.address.family=v4" +
                              " -X security.protocol=ssl -X ssl.ca.location=" + certificate.authority();
  for (const std::string& command :
       {"$radflow send " + folder.path("frame.raw") + options, "$radflow tail" + options,
        "$radflow run " + folder.path("graph.yaml"),
        "$radflow replay " + folder.path("graph.yaml") + " --range frames:0:0-"}) {
    const std::string said = cli::run_shell("timeout -k 5 7 " + command + " 2>&1").out;
    EXPECT_THAT(
        said, HasSubstr(fmt::format("Kafka at {} gives {} as the address of its broker 1, which cannot be "
                                    "reached from here (its certificate is for localhost, not for 127.0.0.1)",
                                    named, broker->servers())))
        << command;
  }
  // An address that was given wrongly, and an authority that nobody named.
  const std::string other = "timeout -k 5 7 $radflow tail --topic frames -X security.protocol=ssl --broker ";
  EXPECT_THAT(
      cli::run_shell(other + broker->servers() + " -X ssl.ca.location=" + certificate.authority() + " 2>&1")
          .out,
      HasSubstr("cannot reach Kafka at " + broker->servers() +
                " (its certificate is for localhost, not for 127.0.0.1), trying again"));
  EXPECT_THAT(cli::run_shell(other + named + " -X broker.address.family=v4 2>&1").out,
              HasSubstr("cannot reach Kafka at " + named + " (its certificate is not accepted: "));
}

INSTANTIATE_TEST_SUITE_P(Address, KafkaUnreachable,
                         testing::Values("127.0.0.1:1", "no-such-host.invalid:9092"), [](const auto& info) {
                           return info.param == "127.0.0.1:1" ? "Refused" : "DoesNotResolve";
                         });

}  // namespace
}  // namespace radflow
