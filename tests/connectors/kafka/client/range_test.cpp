#include "connectors/kafka/client/range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/param.hpp"

namespace radflow::kafka {
namespace {

TEST(Range, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_range("frames:0:17", "--skip"), (Range{"frames", 0, 17, 18}));
  EXPECT_EQ(parse_range("a.b-c_d:12:0-40", "--range"), (Range{"a.b-c_d", 12, 0, 41}));
  EXPECT_EQ(parse_range("frames:3:9-", "--range"), (Range{"frames", 3, 9, Range::open}));
  for (const char* text : {"frames:0:17", "frames:0:17-40", "frames:0:17-"})
    EXPECT_EQ(to_text(parse_range(text, "--range")), text);
}

TEST(Range, HoldsBothItsEnds) {
  const Range range = parse_range("frames:1:3-5", "--skip");
  for (const std::int64_t offset : {3, 4, 5}) EXPECT_TRUE(range.holds({"frames", 1, offset}));
  EXPECT_FALSE(range.holds({"frames", 1, 2}));
  EXPECT_FALSE(range.holds({"frames", 1, 6}));
  EXPECT_FALSE(range.holds({"frames", 0, 4}));
  EXPECT_FALSE(range.holds({"others", 1, 4}));
  EXPECT_TRUE(parse_range("frames:1:3-", "--skip").holds({"frames", 1, 1000}));
}

TEST(Range, IsRefusedWithTheFormThatIsExpected) {
  for (const char* text :
       {"", ":", "::", "frames", "frames:1", ":0:1", "frames:x:1", "frames:-1:1", "frames:0:", "frames:0:-",
        "frames:0:5-4", "frames:0:1-2-3", "frames:0: 1", "frames:0:1-9223372036854775807",
        "frames:99999999999:1", "frames:0:9223372036854775808"}) {
    try {
      parse_range(text, "--range");
      ADD_FAILURE() << text;
    } catch (const ParamError& error) {
      EXPECT_EQ(error.param, "--range");
      EXPECT_THAT(error.what(), testing::HasSubstr("TOPIC:PARTITION:FROM-TO"));
    }
  }
}

}  // namespace
}  // namespace radflow::kafka
