// What an operator does about results that their topic refuses, while the graph runs.
#include <gtest/gtest.h>

#include "tests/integration/exactly_once.hpp"

namespace radflow::exactly_once {
namespace {

using namespace std::chrono_literals;

class KafkaRaisedLimit : public ExactlyOnce, public testing::WithParamInterface<std::string> {
 protected:
  std::unique_ptr<Pipeline> pipeline() const {
    std::string yaml = connectors("nodes:\n  - t_trace\n");
    const std::string delivery = "exactly_once";
    yaml.replace(yaml.find(delivery), delivery.size(), GetParam());
    return std::make_unique<Pipeline>(load_plan_text(yaml, "test.yaml"));
  }
  // Whether a result of 100,000 bytes is written.
  bool takes_a_large_one() const {
    const std::size_t letters = broker().read_all(errors).size(), results = broker().read_all(out).size();
    broker().produce(in, {Record{Bytes::of("huge"), "key"}});
    EXPECT_TRUE(eventually([&] {
      return broker().read_all(errors).size() > letters || broker().read_all(out).size() > results;
    }));
    return broker().read_all(out).size() > results;
  }
};

// It took a minute, and what came until then was a dead letter.
TEST_P(KafkaRaisedLimit, HoldsWithinSeconds) {
  make_topics();
  broker().set_topic_config(out, {{"max.message.bytes", "50000"}});
  const auto graph = pipeline();
  graph->start();
  EXPECT_FALSE(takes_a_large_one());
  broker().set_topic_config(out, {{"max.message.bytes", "200000"}});
  EXPECT_TRUE(comes_true(15s, [&] { return takes_a_large_one(); }));
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
}

INSTANTIATE_TEST_SUITE_P(, KafkaRaisedLimit, testing::Values("at_least_once", "exactly_once"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace radflow::exactly_once
