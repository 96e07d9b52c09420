// What a claim leads to is fetched, or refused for the right reason: the record's fault or the surroundings'.
#include "connectors/claim_check/fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "tests/connectors/claim_check/claims.hpp"
#include "tests/connectors/claim_check/web_server.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ClaimFetch : public testing::Test {
 protected:
  // One for all: civetweb takes two seconds to stop.
  static void SetUpTestSuite() {
    server = std::make_unique<WebServer>([](const std::string& path) -> WebServer::Reply {
      if (path.ends_with("/object")) return {.body = "pixels"};
      if (path.ends_with("/unsaid")) return {.body = "pixels", .says_length = false};
      if (path.ends_with("/empty")) return {.body = ""};
      if (path.ends_with("/large")) return {.body = std::string(2000, 'x')};
      if (path.ends_with("/large-unsaid")) return {.body = std::string(2000, 'x'), .says_length = false};
      if (path.ends_with("/cut")) return {.body = "pix", .promised = 6};
      if (path.ends_with("/moved"))
        return {.status = 302, .body = "pixels", .headers = "Location: http://127.0.0.1:1/a\r\n"};
      const std::size_t status = path.rfind('/') + 1;
      return {.status = std::stoi(path.substr(status)), .body = "pixels"};
    });
  }
  static void TearDownTestSuite() { server.reset(); }

  Result<Bytes> fetch(const std::string& address, const std::string& bytes = "pixels") {
    const ClaimAllowList list{{"file://" + folder.path("archive/"), server->url("/objects/"),
                               "http://127.0.0.1:1/", "file:///nowhere/"},
                              "allow"};
    const Record record = claim_record(address, bytes);
    const Result<Claim> claim = list.claim(record, address);
    if (!claim) return claim.error();
    return fetcher.fetch(*claim, {.room =
                                      [this](std::int64_t size) {
                                        rooms.push_back(size);
                                        return room;
                                      },
                                  .give_up = [this] { return give_up; }});
  }
  std::string file(const std::string& name) { return "file://" + folder.path("archive/" + name); }
  static std::string web(const std::string& name) { return server->url("/objects/" + name); }

  static std::unique_ptr<WebServer> server;
  TemporaryFolder folder;
  ClaimFetcher fetcher{{.max_bytes = 1000, .timeout = 2s, .ca = "", .netrc = ""}};
  std::vector<std::int64_t> rooms;
  bool room = true, give_up = false;
};
std::unique_ptr<WebServer> ClaimFetch::server;

void expect_error(const Result<Bytes>& result, const std::string& reason, bool transient) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, reason) << result.error().detail;
  EXPECT_EQ(result.error().transient, transient) << result.error().detail;
}

TEST_F(ClaimFetch, AFileAndAnObjectAreTheirBytesAndAskForRoomFirst) {
  folder.write("archive/2026/a b.dcm", "pixels");
  for (const std::string& address : {file("2026/a%20b.dcm"), web("object")}) {
    const Result<Bytes> got = fetch(address);
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->text(), "pixels");
  }
  EXPECT_THAT(rooms, ElementsAre(6, 6));
}

TEST_F(ClaimFetch, AServerThatSaysNoLengthNeedsRoomForAll) {
  const Result<Bytes> got = fetch(web("unsaid"));
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->text(), "pixels");
  EXPECT_THAT(rooms, ElementsAre(1000));
}

TEST_F(ClaimFetch, AnEmptyObjectIsEmpty) {
  folder.write("archive/empty", "");
  for (const std::string& address : {file("empty"), web("empty")}) {
    const Result<Bytes> got = fetch(address, "");
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_TRUE(got->empty());
  }
}

TEST_F(ClaimFetch, WhatIsTooLargeIsNotAllocated) {
  folder.write("archive/large", std::string(1001, 'x'));
  expect_error(fetch(file("large")), "claim_too_large", false);
  expect_error(fetch(web("large")), "claim_too_large", false);
  EXPECT_TRUE(rooms.empty());
  expect_error(fetch(web("large-unsaid")), "claim_too_large", false);
}

TEST_F(ClaimFetch, OtherBytesAreRefused) {
  folder.write("archive/a", "pixels");
  expect_error(fetch(file("a"), "others"), "claim_digest_mismatch", false);
  expect_error(fetch(web("object"), "others"), "claim_digest_mismatch", false);
}

TEST_F(ClaimFetch, NoSymbolicLinkLeadsOut) {
  folder.write("secret/a", "pixels");
  folder.write("archive/inside/b", "pixels");
  std::filesystem::create_symlink(folder.path("secret/a"), folder.path("archive/link"));
  std::filesystem::create_directory_symlink(folder.path("secret"), folder.path("archive/folder"));
  std::filesystem::create_hard_link(folder.path("archive/inside/b"), folder.path("archive/inside/c"));
  expect_error(fetch(file("link")), "claim_not_allowed", false);
  expect_error(fetch(file("folder/a")), "claim_not_found", false);
  EXPECT_TRUE(fetch(file("inside/c")));
}

TEST_F(ClaimFetch, OnlyRegularFilesAreRead) {
  std::filesystem::create_directories(folder.path("archive/folder"));
  ASSERT_EQ(mkfifo(folder.path("archive/fifo").c_str(), 0600), 0);
  expect_error(fetch(file("fifo")), "claim_not_allowed", false);  // and does not wait for a writer
  expect_error(fetch(file("folder")), "claim_not_allowed", false);
  expect_error(fetch(file("missing")), "claim_not_found", false);
  expect_error(fetch(file("folder/missing/x")), "claim_not_found", false);
}

TEST_F(ClaimFetch, WhatAServerSaysIsTheRecordsFaultOrPasses) {
  expect_error(fetch(web("404")), "claim_not_found", false);
  expect_error(fetch(web("410")), "claim_not_found", false);
  expect_error(fetch(web("403")), "claim_refused", false);
  expect_error(fetch(web("400")), "claim_refused", false);
  expect_error(fetch(web("204")), "claim_refused", false);
  for (const char* status : {"408", "429", "500", "503"})
    expect_error(fetch(web(status)), "claim_unreachable", true);
  expect_error(fetch(web("cut")), "claim_unreachable", true);
}

TEST_F(ClaimFetch, RedirectsAreNotFollowed) {
  const Result<Bytes> got = fetch(web("moved"));
  expect_error(got, "claim_not_allowed", false);
  EXPECT_THAT(got.error().detail, HasSubstr("redirects are not followed"));
}

TEST_F(ClaimFetch, WhatIsAwayMayComeBack) {
  expect_error(fetch("http://127.0.0.1:1/a"), "claim_unreachable", true);
  expect_error(fetch("file:///nowhere/a"), "claim_unreachable", true);  // not mounted
}

TEST_F(ClaimFetch, ErrorsNameThePrefixAndNotTheObject) {
  const Result<Bytes> got = fetch(file("MILLER-ANNA-1970.dcm"));
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr(folder.path("archive/")));
  EXPECT_THAT(got.error().detail, testing::Not(HasSubstr("MILLER")));
}

TEST_F(ClaimFetch, EndsWithoutRoomAndWhenItIsGivenUp) {
  folder.write("archive/a", "pixels");
  room = false;
  expect_error(fetch(file("a")), "claim_unreachable", true);
  expect_error(fetch(web("object")), "claim_unreachable", true);
  room = give_up = true;
  expect_error(fetch(file("a")), "claim_unreachable", true);
}

}  // namespace
}  // namespace radflow
