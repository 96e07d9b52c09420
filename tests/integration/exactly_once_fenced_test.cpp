// delivery: exactly_once where somebody else begins transactions under the graph's transactional.id.
#include <fmt/format.h>
#include <unistd.h>

#include "connectors/kafka/librdkafka/properties.hpp"
#include "tests/integration/exactly_once.hpp"
#include "tests/integration/heard.hpp"

namespace radflow::exactly_once {
namespace {

using namespace std::chrono_literals;

// Somebody else begins transactions under this process's name, or Kafka ends them while the broker was away.
class ATransactionalIdThatIsTakenAway : public ExactlyOnce, public testing::WithParamInterface<std::string> {
 protected:
  void take(const std::string& id) const {
    std::array<char, 512> wrong{};
    kafka::ConfPtr conf =
        kafka::make_conf({{"bootstrap.servers", broker().servers()}, {"transactional.id", id}}, {});
    const kafka::ClientPtr thief{rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), wrong.data(), wrong.size()),
                                 rd_kafka_destroy};
    ASSERT_TRUE(thief) << wrong.data();
    const kafka::ErrorPtr error{rd_kafka_init_transactions(thief.get(), 30'000)};
    ASSERT_FALSE(error) << rd_kafka_error_string(error.get());
  }

  std::string id() const {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return fmt::format("radflow-{}-{}", in,
                       GetParam().empty() ? fmt::format("{}-0", host.data()) : GetParam());
  }
};

TEST_P(ATransactionalIdThatIsTakenAway, CostsNothing) {
  make_topics(2);
  if (!GetParam().empty()) more = ", group.instance.id: " + GetParam();
  broker().produce(in, numbered(3000));
  Heard heard;
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() > 300; }));
  take(id());
  EXPECT_TRUE(heard.within(10s, "Kafka gave those of '" + id() + "' up")) << heard.all();
  EXPECT_TRUE(eventually([&] { return committed() == 3000; })) << committed() << heard.all();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(3000);
}

// The source has no record in hand then, so none ends the pause in which it listens for a twin.
TEST_P(ATransactionalIdThatIsTakenAway, CostsNothingBetweenTwoRecords) {
  make_topics(2);
  if (!GetParam().empty()) more = ", group.instance.id: " + GetParam();
  broker().produce(in, numbered(100));
  Heard heard;
  const auto graph = pipeline(false);
  graph->start();
  ASSERT_TRUE(eventually([&] { return committed() == 100; }));
  take(id());
  broker().produce(in, numbered(1));
  EXPECT_TRUE(heard.within(10s, "Kafka gave those of '" + id() + "' up")) << heard.all();
  EXPECT_TRUE(eventually([&] { return committed() == 101; }, 30s)) << committed() << heard.all();
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
  traced().expect(101);
}

INSTANTIATE_TEST_SUITE_P(Instance, ATransactionalIdThatIsTakenAway, testing::Values("", "static"),
                         [](const auto& info) { return info.param.empty() ? "Dynamic" : "Static"; });

}  // namespace
}  // namespace radflow::exactly_once
