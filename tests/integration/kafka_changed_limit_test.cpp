// max.message.bytes of a topic that an operator changes while a graph writes to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/exactly_once.hpp"
#include "tests/integration/heard.hpp"

namespace radflow::exactly_once {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class KafkaChangedLimit : public ExactlyOnce, public testing::WithParamInterface<std::string> {
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
TEST_P(KafkaChangedLimit, HoldsWithinSecondsWhenItIsRaised) {
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

// Each transaction was aborted and its outputs produced one by one until the rules were asked for after a minute.
TEST_P(KafkaChangedLimit, CostsOneRefusedBatchWhenItIsLowered) {
  make_topics();
  broker().set_topic_config(out, {{"max.message.bytes", "200000"}});
  Heard heard;
  const auto graph = pipeline();
  graph->start();
  EXPECT_TRUE(takes_a_large_one());
  broker().set_topic_config(out, {{"max.message.bytes", "50000"}});
  EXPECT_FALSE(takes_a_large_one());
  EXPECT_THAT(heard.all(), testing::AnyOf(HasSubstr("refuses a whole batch"), HasSubstr("was aborted")));
  std::this_thread::sleep_for(3s);
  Heard later;
  EXPECT_FALSE(takes_a_large_one());
  EXPECT_THAT(later.all(), Not(testing::AnyOf(HasSubstr("refuses a whole batch"), HasSubstr("was aborted"))));
  graph->stop();
  EXPECT_TRUE(graph->wait()) << graph->failure().value_or("");
}

INSTANTIATE_TEST_SUITE_P(, KafkaChangedLimit, testing::Values("at_least_once", "exactly_once"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace radflow::exactly_once
