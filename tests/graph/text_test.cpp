#include "graph/text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace radflow {
namespace {

TEST(Base64, IsThatOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, LongTextsAreOneText) {
  const std::string long_text(50'400'000, 'a');  // more than one block of 3 * 2^24
  const std::string coded = base64(long_text + "b");
  EXPECT_EQ(coded.size(), 67'200'004u);
  EXPECT_EQ(coded.substr(67'108'860, 8), "YWFhYWFh");
  EXPECT_TRUE(coded.ends_with("YWFhYg=="));
}

TEST(Utf8, IsToldFromOtherBytes) {
  EXPECT_TRUE(is_utf8("lung ä 肺"));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_FALSE(is_utf8("\xff"));
  EXPECT_FALSE(is_utf8("\xc3"));
}

TEST(Key, IsTextOrNullOrBase64) {
  nlohmann::ordered_json text, none, bytes;
  add_key(text, "a/b.dcm");
  add_key(none, std::nullopt);
  add_key(bytes, "\xff\xfe");
  EXPECT_EQ(text.dump(), R"({"key":"a/b.dcm"})");
  EXPECT_EQ(none.dump(), R"({"key":null})");
  EXPECT_EQ(bytes.dump(), R"({"key_base64":"//4="})");
}

}  // namespace
}  // namespace radflow
