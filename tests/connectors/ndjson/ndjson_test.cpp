#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/connectors/ndjson/ndjson.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST_F(NdjsonTest, WritesLinesInOrderAndAcknowledgesEachOnce) {
  const auto out = sink("results");
  for (int i = 0; i < 1000; ++i) out->submit(result(i), context, count());
  ASSERT_TRUE(out->flush(10s));
  EXPECT_EQ(acknowledged, 1000);
  const auto written = lines(folder.read("out.ndjson"));
  ASSERT_EQ(written.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(written[i]["i"], i);
  EXPECT_EQ(written[0]["sink"], "results");
}

TEST_F(NdjsonTest, SinksThatNameOnePathShareIt) {
  const auto one = sink("one"), two = sink("two", "path: ./out.ndjson");
  std::jthread other{[&] {
    for (int i = 0; i < 500; ++i) two->submit(result(i, 50), context, count());
  }};
  for (int i = 0; i < 500; ++i) one->submit(result(i, 3000), context, count());
  other.join();
  ASSERT_TRUE(one->flush(10s) && two->flush(10s));
  int ones = 0;
  for (const json& line : lines(folder.read("out.ndjson"))) ones += line["sink"] == "one";
  EXPECT_EQ(ones, 500);
  EXPECT_EQ(acknowledged, 1000);
}

TEST_F(NdjsonTest, AnOldFileIsContinuedOrOverwritten) {
  folder.write("out.ndjson", "{\"sink\":\"old\"}\n");
  const auto write = [&](const std::string& params) {
    const auto out = sink("new", params);
    out->submit(result(1), context, count());
    ASSERT_TRUE(out->flush(10s));
  };
  write("path: out.ndjson");
  EXPECT_EQ(lines(folder.read("out.ndjson")).size(), 2u);
  write("path: out.ndjson, if_exists: overwrite");
  EXPECT_EQ(lines(folder.read("out.ndjson")).size(), 1u);
}

TEST_F(NdjsonTest, ALastLineThatWasCutShortIsRemoved) {
  const std::string whole = "{\"sink\":\"old\",\"pad\":\"" + std::string(100'000, 'x') + "\"}\n";
  folder.write("out.ndjson", whole + whole.substr(0, 90'000));
  sink("new");
  EXPECT_EQ(folder.read("out.ndjson"), whole);
  folder.write("out.ndjson", "{\"si");
  sink("new");
  EXPECT_EQ(folder.read("out.ndjson"), "");
  // As some file systems leave it when the power goes away.
  folder.write("out.ndjson", whole + std::string(5000, '\0'));
  sink("new");
  EXPECT_EQ(folder.read("out.ndjson"), whole);
  folder.write("out.ndjson", whole + "\"pad\":\"xx");
  sink("new");
  EXPECT_EQ(folder.read("out.ndjson"), whole) << "the beginning of the last line is lost as well";
}

TEST_F(NdjsonTest, AFileOfSomethingElseIsLeftAlone) {
  folder.write("out.ndjson", "my notes\nwithout an end");
  EXPECT_THAT([&] { sink("new"); }, ThrowsMessage<ParamError>(HasSubstr("no NDJSON")));
  EXPECT_EQ(folder.read("out.ndjson"), "my notes\nwithout an end");
  EXPECT_THAT([&] { sink("new", "path: absent/out.ndjson"); },
              ThrowsMessage<ParamError>(HasSubstr("No such file")));
}

TEST_F(NdjsonTest, AFullDeviceHoldsEverythingAndLosesNothing) {
  const auto out = sink("results", "path: /dev/full");
  for (int i = 0; i < 10; ++i) out->submit(result(i), context, count());
  EXPECT_FALSE(out->flush(300ms));
  EXPECT_EQ(acknowledged, 0);
  EXPECT_FALSE(out->ready());
}

// A limit on the size of files is a full disk that needs no file system of its own: a write that crosses it
// is cut short, the next one fails.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_{};
};

TEST_F(NdjsonTest, ADiskThatFillsUpNeverHasAPartOfALineAndRecovers) {
  const auto out = sink("results");
  {
    const FileSizeLimit limit{5000};
    for (int i = 0; i < 100; ++i) out->submit(result(i, 100), context, count());
    EXPECT_FALSE(out->flush(300ms));
    EXPECT_FALSE(out->ready());
    const auto written = lines(folder.read("out.ndjson"));  // throws at a part of a line
    EXPECT_EQ(written.size(), static_cast<std::size_t>(acknowledged));
    EXPECT_GT(acknowledged, 30);
    EXPECT_LT(acknowledged, 50);
  }
  ASSERT_TRUE(out->flush(10s));
  EXPECT_TRUE(out->ready());
  EXPECT_EQ(acknowledged, 100);
  const auto written = lines(folder.read("out.ndjson"));
  ASSERT_EQ(written.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(written[i]["i"], i);
}

TEST_F(NdjsonTest, APipeThatIsSlowGetsEveryLineWhole) {
  ASSERT_EQ(mkfifo(folder.path("out.ndjson").c_str(), 0600), 0);
  std::string got;
  std::jthread reader{[&] {
    const int pipe = open(folder.path("out.ndjson").c_str(), O_RDONLY);
    char block[700];
    for (ssize_t n; (n = read(pipe, block, sizeof block)) > 0;)
      got.append(block, static_cast<std::size_t>(n));
    close(pipe);
  }};
  {
    const auto out = sink("results");
    for (int i = 0; i < 200; ++i) out->submit(result(i, 5000), context, count());
    ASSERT_TRUE(out->flush(10s));
  }
  reader.join();
  EXPECT_EQ(lines(got).size(), 200u);
}

TEST_F(NdjsonTest, StdoutPrintsTheSameLines) {
  info.name = "screen";
  testing::internal::CaptureStdout();
  {
    const auto out = make_sink("stdout: {}", info);
    out->submit(result(7), context, count());
    ASSERT_TRUE(out->flush(10s));
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "{\"sink\":\"screen\",\"i\":7,\"pad\":\"\"}\n");
}

}  // namespace
}  // namespace radflow
