// Where a claim may lead: everything else is a hole in the wall.
#include "connectors/claim_check/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/param.hpp"
#include "tests/connectors/claim_check/claims.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const ClaimAllowList& allowed() {
  static const ClaimAllowList list{
      {"file:///data/archive/", "https://pacs.example.org/objects/", "http://127.0.0.1:8042/wado/"}, "allow"};
  return list;
}

// The reason why an address is refused, or "".
std::string refused(const std::string& address) {
  const Result<Claim> claim = allowed().claim(claim_record(address, "x"), address);
  return claim ? "" : claim.error().reason;
}

TEST(ClaimAddress, BelowAPrefixIsAllowed) {
  for (const char* address :
       {"file:///data/archive/a.dcm", "file:///data/archive/2026/a%20b.dcm",
        "file://localhost/data/archive/a.dcm", "https://pacs.example.org/objects/1",
        "https://PACS.example.org:443/objects/1", "HTTPS://pacs.example.org/obj%65cts/1",
        "https://pacs.example.org/objects/1?token=x", "http://127.0.0.1:8042/wado/a/b",
        "file:///data/archive/..a/b..c"})
    EXPECT_EQ(refused(address), "") << address;
}

TEST(ClaimAddress, OutsideIsNot) {
  for (const char* address :
       {"file:///etc/passwd", "file:///data/archive", "file:///data/archive/", "file:///data/archive2/a",
        "https://pacs.example.org/", "https://pacs.example.org/objects",
        "https://pacs.example.org/objects2/1", "https://pacs.example.org.evil.org/objects/1",
        "https://evil.org/pacs.example.org/objects/1", "http://pacs.example.org/objects/1",
        "https://pacs.example.org:444/objects/1", "http://127.0.0.1/wado/a", "http://127.0.0.1:80420/wado/a",
        "http://localhost:8042/wado/a", "http://169.254.169.254/latest/meta-data/"})
    EXPECT_NE(refused(address), "") << address;
}

TEST(ClaimAddress, NoPathClimbsOut) {
  for (const char* address :
       {"file:///data/archive/../secret", "file:///data/archive/a/../../secret",
        "file:///data/archive/%2e%2e/secret", "file:///data/archive/%2E./secret", "file:///data/archive/./a",
        "file:///data/archive/..%2fsecret", "file:///data/archive/%252e%252e/secret",
        "file:///data/archive/a%00.dcm", "file:///data/archive/a%0a.dcm",
        "https://pacs.example.org/objects/../admin", "https://pacs.example.org/objects/..;x=1/admin",
        "https://pacs.example.org/objects/%2e%2e/admin", "https://pacs.example.org/objects/..\\admin",
        "https://pacs.example.org/objects/%5c..%5cadmin",
        "https://pacs.example.org/objects/a%2f..%2f..%2fadmin", "https://pacs.example.org/objects/.."})
    EXPECT_NE(refused(address), "") << address;
}

TEST(ClaimAddress, NeitherOtherSchemesNorUsersNorNonsense) {
  for (const char* address :
       {"ftp://pacs.example.org/objects/1", "gopher://127.0.0.1:8042/wado/a", "scp:///data/archive/a",
        "/data/archive/a", "data/archive/a", "", "https://", "https://user@pacs.example.org/objects/1",
        "https://pacs.example.org@evil.org/objects/1", "https://pacs.example.org/objects/a b",
        "https://pacs.example.org\\@evil.org/objects/1", "file://evil.org/data/archive/a",
        "https://pacs.example.org/objects/1\r\nHost: evil.org"})
    EXPECT_NE(refused(address), "") << address;
}

TEST(ClaimAddress, NothingIsAllowedByDefault) {
  const ClaimAllowList nothing{{}, "allow"};
  const Result<Claim> claim = nothing.claim(claim_record("file:///a", "x"), "file:///a");
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().reason, "claim_not_allowed");
  EXPECT_THAT(claim.error().detail, HasSubstr("claim_check.allow"));
}

TEST(ClaimAddress, TheDigestHasToBeThere) {
  const std::string address = "file:///data/archive/a";
  Record record = claim_record(address, "x");
  record.headers.pop_back();
  EXPECT_EQ(allowed().claim(record, address).error().reason, "claim_malformed");
  record.headers.push_back({"ce_datarefsha256", std::string(63, 'a')});
  EXPECT_EQ(allowed().claim(record, address).error().reason, "claim_malformed");
  record.headers.back().value = std::string(64, 'A');
  const Result<Claim> claim = allowed().claim(record, address);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->sha256, std::string(64, 'a'));
  EXPECT_EQ(claim->file, "a");
}

TEST(ClaimAddress, PrefixesAreCheckedWhenTheGraphIs) {
  for (const char* prefix :
       {"file:///data", "/data/", "https://pacs.example.org", "ftp://x/", "file:///a/../",
        "https://user:word@pacs.example.org/", "https://pacs.example.org/?a=/"})
    EXPECT_THROW(ClaimAllowList({prefix}, "allow"), ParamError) << prefix;
}

TEST(ClaimAddress, ARecordWithAValueIsTakenAsItIs) {
  Record record = claim_record("file:///data/archive/a", "x");
  EXPECT_EQ(claimed_address(record), "file:///data/archive/a");
  record.value = Bytes::of("y");
  EXPECT_FALSE(claimed_address(record));
}

}  // namespace
}  // namespace radflow
