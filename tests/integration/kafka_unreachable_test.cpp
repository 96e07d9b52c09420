// A broker that answers at the address a client was given, and tells it another one, which cannot be reached: the
// usual mistake in advertised.listeners. Said once, within seconds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
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
  for (const std::string& command : {"$radflow send " + folder.path("frame.raw") + at, "$radflow tail" + at,
                                     "$radflow run " + folder.path("graph.yaml")}) {
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

INSTANTIATE_TEST_SUITE_P(Address, KafkaUnreachable,
                         testing::Values("127.0.0.1:1", "no-such-host.invalid:9092"), [](const auto& info) {
                           return info.param == "127.0.0.1:1" ? "Refused" : "DoesNotResolve";
                         });

}  // namespace
}  // namespace radflow
