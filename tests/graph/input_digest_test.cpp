// The digest of a record's content: with a mask it covers both, however the mask came.
#include "graph/input_digest.hpp"

#include <gtest/gtest.h>

#include "graph/digest.hpp"
#include "graph/text.hpp"

namespace radflow {
namespace {

std::string hex(std::string_view bytes) { return sha256_digest(bytes).substr(7); }

TEST(InputDigest, OfARecordWithoutAMaskIsThatOfItsValue) {
  Record record{Bytes::of("image")};
  record.headers = {{"label", "ill"}};
  EXPECT_EQ(input_digest(record, "xxh3"), xxh3_digest("image"));
  EXPECT_EQ(input_digest(record, "sha256"), sha256_digest("image"));
}

TEST(InputDigest, CoversTheMask) {
  const auto with = [](std::vector<Header> headers) {
    Record record{Bytes::of("image")};
    record.headers = std::move(headers);
    return input_digest(record, "xxh3");
  };
  const std::string brought = with({{"radflow-mask", base64("mask")}});
  EXPECT_EQ(brought, xxh3_digest(xxh3_digest("image") + "\n" + sha256_digest("mask") + "\n"));
  EXPECT_NE(brought, with({{"radflow-mask", base64("mass")}}));
  EXPECT_NE(brought, with({}));
  // As a claim, before and after it is fetched, and whatever case its digits have.
  const Header where{"radflow-mask-dataref", "file:///m.png"};
  std::string digits = hex("mask");
  EXPECT_EQ(with({where, {"radflow-mask-datarefsha256", digits}}), brought);
  EXPECT_EQ(with({where, {"radflow-mask-datarefsha256", digits}, {"radflow-mask", base64("mask")}}), brought);
  for (char& digit : digits) digit = static_cast<char>(std::toupper(digit));
  EXPECT_EQ(with({where, {"radflow-mask-datarefsha256", digits}}), brought);
  EXPECT_NE(with({{"radflow-mask", "no base64!"}}), with({}));
}

}  // namespace
}  // namespace radflow
