// The fields that lines of the log have.
#include "connectors/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>
#include <mutex>

#include "connectors/files/folder.hpp"
#include "graph/param.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// Takes the place of the log and keeps the last line.
class LastLine final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::string message;
  LogFields fields;

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    message = std::string{line.payload.data(), line.payload.size()};
    fields = log_fields() ? *log_fields() : LogFields{};
  }
  void flush_() override {}
};

class Logged : public testing::Test {
 protected:
  Logged() { spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", last_)); }
  ~Logged() override { spdlog::set_default_logger(before_); }

  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::shared_ptr<LastLine> last_ = std::make_shared<LastLine>();
};

TEST_F(Logged, FieldsBelongToOneLine) {
  log_warning("with {braces}", {{"count", 3}});
  EXPECT_EQ(last_->message, "with {braces}");
  EXPECT_EQ(last_->fields, (LogFields{{"count", 3}}));
  spdlog::warn("without");
  EXPECT_TRUE(last_->fields.is_null());
}

TEST_F(Logged, TheNameOfASourceOrASinkIsAFieldOfThatName) {
  EXPECT_EQ(named("source frames", {{"topic", "t"}}).dump(), R"({"source":"frames","topic":"t"})");
  EXPECT_EQ(named("sink dead letters", {}).dump(), R"({"sink":"dead letters"})");
  EXPECT_EQ(named("transactions", {}).dump(), R"({"component":"transactions"})");
  EXPECT_EQ(named("ndjson results.ndjson", {}).dump(), R"({"component":"ndjson results.ndjson"})");
}

TEST_F(Logged, AConnectorsWarningHasItsPartsAsFields) {
  const std::string folder = testing::TempDir() + "logged." + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink("nowhere", folder + "/link");
  EXPECT_THROW(list_files(folder), ParamError);
  EXPECT_THAT(last_->message, HasSubstr("1 entry is left out of"));
  EXPECT_EQ(last_->fields, (LogFields{{"component", "files"}, {"path", folder}, {"count", 1}}));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace radflow
