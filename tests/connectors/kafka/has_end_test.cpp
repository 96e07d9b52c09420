// Which sources end by themselves: to stop such a one cuts its input short.
#include <gtest/gtest.h>

#include "tests/connectors/build.hpp"

namespace radflow {
namespace {

bool has_end(const std::string& source, const BuildInfo& info = {}) {
  return make_source(source, info)->has_end();
}

TEST(HasEnd, TopicsThatAreReadUntilCaughtUp) {
  BuildInfo info;
  info.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  EXPECT_TRUE(has_end("kafka: {topic: frames, group: g, until_caught_up: true}", info));
  EXPECT_FALSE(has_end("kafka: {topic: frames, group: g}", info));
}

TEST(HasEnd, SlicesThatAreCounted) {
  EXPECT_TRUE(has_end("phantom: {count: 3}"));
  EXPECT_FALSE(has_end("phantom: {count: 0}"));
}

}  // namespace
}  // namespace radflow
