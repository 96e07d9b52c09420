// What becomes of a file of results before a run begins, and when somebody moves it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "connectors/append_file.hpp"
#include "tests/connectors/ndjson/ndjson.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::ThrowsMessage;

class WaitingNdjson : public NdjsonTest {
 protected:
  std::unique_ptr<Sink> waiting(const std::string& if_exists) {
    info.folder = folder.path();
    return make_waiting_sink("ndjson: {path: out.ndjson, if_exists: " + if_exists + "}", info);
  }
};

TEST_F(WaitingNdjson, KeepsAnOldFileUntilTheRunBegins) {
  const std::string old = "{\"sink\":\"old\"}\n{\"si";
  folder.write("out.ndjson", old);
  for (const char* if_exists : {"append", "overwrite"}) waiting(if_exists).reset();
  EXPECT_EQ(folder.read("out.ndjson"), old);
  const auto out = waiting("overwrite");
  out->start();
  EXPECT_EQ(folder.read("out.ndjson"), "");
}

TEST_F(WaitingNdjson, LeavesNoFileOfARunThatDidNotBegin) {
  waiting("append").reset();
  EXPECT_FALSE(std::filesystem::exists(folder.path("out.ndjson")));
  waiting("append")->start();
  EXPECT_TRUE(std::filesystem::exists(folder.path("out.ndjson")));
}

TEST_F(WaitingNdjson, IsRefusedWhileAnotherRunWritesTheFile) {
  const std::string path = folder.path("out.ndjson");
  {
    const AppendFile other{"ndjson", path, IfExists::Append};
    EXPECT_THAT([&] { waiting("overwrite"); },
                ThrowsMessage<ParamError>(HasSubstr("'" + path + "' is being written by another run")));
  }
  EXPECT_NO_THROW(waiting("overwrite"));
}

class MovedNdjson : public NdjsonTest {
 protected:
  void write(Sink& out, int i) {
    out.submit(result(i), context, count());
    ASSERT_TRUE(out.flush(10s));
  }
};

TEST_F(MovedNdjson, IsMadeAnew) {
  const auto out = sink("results");
  write(*out, 0);
  std::filesystem::rename(folder.path("out.ndjson"), folder.path("out.ndjson.1"));
  write(*out, 1);
  write(*out, 2);
  EXPECT_EQ(lines(folder.read("out.ndjson.1")).size(), 1u);
  EXPECT_EQ(lines(folder.read("out.ndjson")).size(), 2u);
  std::filesystem::remove(folder.path("out.ndjson"));
  write(*out, 3);
  EXPECT_EQ(lines(folder.read("out.ndjson"))[0]["i"], 3);
}

TEST_F(MovedNdjson, IsHeldBackWhileItCannotBeMadeAnew) {
  folder.write("sub/x", "");
  const auto out = sink("results", "path: sub/out.ndjson");
  write(*out, 0);
  std::filesystem::rename(folder.path("sub"), folder.path("moved"));
  out->submit(result(1), context, count());
  EXPECT_FALSE(out->flush(300ms));
  EXPECT_THAT(out->not_ready(), HasSubstr("No such file"));
  std::filesystem::create_directory(folder.path("sub"));
  ASSERT_TRUE(out->flush(10s));
  EXPECT_EQ(lines(folder.read("sub/out.ndjson"))[0]["i"], 1);
  EXPECT_EQ(acknowledged, 2);
}

}  // namespace
}  // namespace radflow
