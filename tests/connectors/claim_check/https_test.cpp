// Claims over https: whose certificate is trusted, and who may ask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "connectors/claim_check/claim_queue.hpp"
#include "connectors/claim_check/fetch.hpp"
#include "graph/param.hpp"
#include "tests/comes_true.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/claim_check/claims.hpp"
#include "tests/connectors/claim_check/tls_server.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto local = "IP:127.0.0.1,DNS:localhost";
// Base64 of radflow:hush.
constexpr auto login = "Authorization: Basic cmFkZmxvdzpodXNo\r\n";

class ClaimHttps : public testing::Test {
 protected:
  ClaimHttps() { folder.write("ca.pem", authority.pem()); }

  // Of a server with this certificate, below its /objects/.
  Result<Bytes> fetch(const TlsServer& server, const std::string& object = "/objects/a",
                      const std::string& host = "127.0.0.1") {
    const ClaimAllowList list{{server.url("/objects/", host)}, "allow"};
    const std::string address = server.url(object, host);
    const Result<Claim> claim = list.claim(claim_record(address, "pixels"), address);
    if (!claim) return claim.error();
    ClaimFetcher fetcher{{.max_bytes = 1000, .timeout = 5s, .ca = ca, .netrc = netrc}};
    return fetcher.fetch(*claim, {.room = [](auto) { return true; }, .give_up = [] { return false; }});
  }
  // What a fetch fails with, which passes: the frontier is held.
  std::string why(const TlsServer& server) {
    const Result<Bytes> got = fetch(server);
    if (got) return "it was fetched";
    EXPECT_EQ(got.error().reason, "claim_unreachable") << got.error().detail;
    EXPECT_TRUE(got.error().transient);
    return got.error().detail;
  }
  static TlsServer::Reply open(const std::string&) { return {.status = 200, .body = "pixels"}; }
  static TlsServer::Reply locked(const std::string& request) {
    if (request.find("/secret") != std::string::npos) return {.status = 403, .body = ""};
    if (request.find(login) == std::string::npos) return {.status = 401, .body = ""};
    return open(request);
  }

  TemporaryFolder folder;
  const Certificate authority{{.subject = "authority"}};
  const Certificate good{{.subject = "server", .names = local}, &authority};
  std::string ca = folder.path("ca.pem"), netrc;
};

TEST_F(ClaimHttps, IsFetchedFromAServerThatTheAuthorityVouchesFor) {
  const TlsServer server{good, open};
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const Result<Bytes> got = fetch(server, "/objects/a", host);
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->text(), "pixels");
  }
}

TEST_F(ClaimHttps, AnUnknownAuthorityIsWaitedForAndTheWayOutIsSaid) {
  const TlsServer server{good, open};
  ca = "";
  EXPECT_THAT(why(server), AllOf(HasSubstr("certificate is refused"), HasSubstr("issuer"),
                                 HasSubstr("claim_check.ca names a file of certificates to trust"),
                                 HasSubstr("(below " + server.url("/objects/") + ")")));
  ca = folder.path("other.pem");
  for (const char* subject : {"another", "authority"}) {  // of the same name, as if it was made anew
    folder.write("other.pem", Certificate{{.subject = subject}}.pem());
    EXPECT_THAT(why(server), AllOf(HasSubstr("certificate"), HasSubstr("claim_check.ca")));
  }
}

TEST_F(ClaimHttps, ACertificateForAnotherNameIsRefused) {
  const TlsServer server{Certificate{{.subject = "server", .names = "DNS:pacs.example.org"}, &authority},
                         open};
  EXPECT_THAT(why(server), AllOf(HasSubstr("certificate is refused"), HasSubstr("127.0.0.1"),
                                 HasSubstr("valid now and for its name"), Not(HasSubstr("claim_check.ca"))));
}

TEST_F(ClaimHttps, ACertificateOutsideItsTimeIsRefused) {
  const TlsServer expired{
      Certificate{{.subject = "server", .names = local, .valid_from_s = -7200, .valid_to_s = -3600},
                  &authority},
      open};
  EXPECT_THAT(why(expired), AllOf(HasSubstr("certificate is refused"), HasSubstr("expired"),
                                  HasSubstr("valid now and for its name")));
  const TlsServer early{
      Certificate{{.subject = "server", .names = local, .valid_from_s = 3600, .valid_to_s = 7200},
                  &authority},
      open};
  EXPECT_THAT(why(early), AllOf(HasSubstr("not yet valid"), HasSubstr("valid now and for its name")));
}

TEST_F(ClaimHttps, CredentialsComeFromTheNetrcAndMayComeLater) {
  const TlsServer server{good, locked};
  EXPECT_THAT(why(server), HasSubstr("HTTP 401: the server wants credentials: claim_check.netrc names"));
  netrc = folder.path("netrc");
  folder.write("netrc", "machine pacs.example.org login radflow password hush\n");
  EXPECT_THAT(why(server), HasSubstr("HTTP 401: the server refuses those of claim_check.netrc, or there are "
                                     "none for its host"));
  folder.write("netrc", "machine 127.0.0.1 login radflow password wrong-word\n");
  EXPECT_THAT(why(server), AllOf(HasSubstr("HTTP 401"), Not(HasSubstr("wrong-word"))));
  folder.write("netrc", "machine 127.0.0.1 login radflow password hush\n");
  const Result<Bytes> got = fetch(server);
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->text(), "pixels");
}

TEST_F(ClaimHttps, AnObjectThatIsNotGivenIsTheRecordsFault) {
  const TlsServer server{good, locked};
  for (const std::string& file : {std::string{}, folder.path("netrc")}) {
    netrc = file;
    folder.write("netrc", "machine 127.0.0.1 login radflow password hush\n");
    const Result<Bytes> got = fetch(server, "/objects/secret");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().reason, "claim_refused");
    EXPECT_FALSE(got.error().transient);
    EXPECT_THAT(got.error().detail, AllOf(HasSubstr("HTTP 403"), HasSubstr("claim_check.netrc")));
  }
}

TEST_F(ClaimHttps, CredentialsGoToNobodyElse) {
  std::string heard;
  const TlsServer other{good, [&](const std::string& request) {
                          heard = request;
                          return open(request);
                        }};
  netrc = folder.path("netrc");
  folder.write("netrc", "machine 127.0.0.1 login radflow password hush\n");
  const Result<Bytes> got = fetch(other, "/objects/a", "localhost");
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_THAT(heard, AllOf(HasSubstr("GET /objects/a"), Not(HasSubstr("Authorization"))));
}

// Also where the request goes to a connection that is closed (EPIPE).
TEST_F(ClaimHttps, AServerThatHangsUpIsAskedAgain) {
  std::atomic<int> hung_up = 0;
  const TlsServer server{good, [&](const std::string& request) -> TlsServer::Reply {
                           if (request.empty() && hung_up < 3)
                             return ++hung_up, TlsServer::Reply{.status = 0, .body = ""};
                           return open(request);
                         }};
  ClaimCheck rules{{{server.url("/objects/")}, "allow"},
                   {.max_bytes = 1000, .timeout = 5s, .ca = ca, .netrc = netrc}};
  FakeIntake intake;
  ClaimQueue claim_queue{rules, "source test", intake, [](const Position&) { return true; }};
  Record record = claim_record(server.url("/objects/a"), "pixels");
  ASSERT_EQ(claim_queue.admit(record), Admission::Admitted);
  EXPECT_TRUE(comes_true(20s, [&] {
    claim_queue.serve();
    return claim_queue.empty();
  }));
  EXPECT_EQ(hung_up, 3);
  ASSERT_EQ(intake.records.size(), 1u);
  EXPECT_EQ(intake.records[0].value.text(), "pixels");
}

// What is wrong with the files is found while the graph is built.
class ClaimFiles : public testing::Test {
 protected:
  std::string wrong(const std::string& param, const std::string& file) const {
    BuildInfo info{.graph = "test", .name = "test"};
    info.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
    try {
      make_source("kafka: {topic: t, " + param + ": '" + file + "'}", info);
    } catch (const ParamError& error) {
      return error.param + ": " + error.what();
    }
    return "nothing";
  }
  TemporaryFolder folder;
};

TEST_F(ClaimFiles, OfCertificates) {
  const std::string path = folder.path("ca.pem");
  EXPECT_EQ(wrong("claim_check.ca", path),
            "claim_check.ca: '" + path + "' cannot be read: No such file or directory");
  EXPECT_EQ(wrong("claim_check.ca", folder.path()),
            "claim_check.ca: '" + folder.path() + "' cannot be read: Is a directory");
  const std::string pem = Certificate{{.subject = "authority"}}.pem();
  for (const std::string& garbage : {std::string{}, std::string{"garbage"}, pem.substr(0, pem.size() / 2),
                                     "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n" + pem}) {
    folder.write("ca.pem", garbage);
    EXPECT_THAT(wrong("claim_check.ca", path),
                AllOf(HasSubstr("claim_check.ca: '" + path + "' holds no certificates that can be read ("),
                      HasSubstr("expected PEM")))
        << garbage;
  }
  folder.write("ca.pem", pem + Certificate{{.subject = "authority"}}.pem());
  EXPECT_EQ(wrong("claim_check.ca", path), "nothing");
}

TEST_F(ClaimFiles, OfCredentials) {
  const std::string path = folder.path("netrc");
  EXPECT_EQ(wrong("claim_check.netrc", path),
            "claim_check.netrc: '" + path + "' cannot be read: No such file or directory");
  for (const char* text : {"", "radflow:hush"}) {
    folder.write("netrc", text);
    EXPECT_THAT(wrong("claim_check.netrc", path),
                AllOf(HasSubstr("claim_check.netrc: '" + path + "' names no host"), Not(HasSubstr("hush"))));
  }
  folder.write("netrc", "machine pacs.example.org\nlogin radflow\npassword hush\n");
  EXPECT_EQ(wrong("claim_check.netrc", path), "nothing");
}

}  // namespace
}  // namespace radflow
