#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    for (int i = 0; i < 5; ++i)
      folder.write("in/class" + std::to_string(i % 2) + "/" + std::to_string(i), "x");
    info.folder = folder.path();
  }
  TemporaryFolder folder;
  BuildInfo info;
};

TEST_F(FilesTest, EveryFileIsOneRecordWithConsecutiveOffsets) {
  const auto records = read_all(*make_source("files: {path: in}", info));
  ASSERT_EQ(records.size(), 5u);
  for (std::size_t i = 0; i < records.size(); ++i)
    EXPECT_EQ(records[i].position, (Position{"in", 0, static_cast<std::int64_t>(i)}));
  EXPECT_EQ(records[0].key, "class0/0");
  EXPECT_EQ(records[4].key, "class1/3");
  EXPECT_EQ(records[4].header("label"), "class1");
}

TEST_F(FilesTest, LabelsCanBeLeftOut) {
  for (const Record& record : read_all(*make_source("files: {path: in, label_from: none}", info)))
    EXPECT_FALSE(record.header("label"));
}

TEST_F(FilesTest, AFullIntakeIsTriedAgainWithTheSameRecord) {
  FakeIntake intake;
  int tries = 0;
  intake.full = [&] { return ++tries % 3 != 0; };
  make_source("files: {path: in}", info)->run(intake, {});
  EXPECT_EQ(intake.records.size(), 5u);
  EXPECT_EQ(intake.waits, 10);
}

TEST_F(FilesTest, StopsWhenAsked) {
  EXPECT_EQ(read_all(*make_source("files: {path: in}", info), 2).size(), 2u);
  FakeIntake never;
  never.full = [&] { return never.waits > 3 ? never.stop.request_stop() || true : true; };
  make_source("files: {path: in}", info)->run(never, never.stop.get_token());
  EXPECT_TRUE(never.records.empty());
}

TEST_F(FilesTest, SaysHowFarItIs) {
  const auto source = make_source("files: {path: in}", info);
  EXPECT_EQ(source->partitions()[0].end, 5);
  EXPECT_EQ(source->partitions()[0].frontier, -1);
  const auto records = read_all(*source);
  EXPECT_EQ(source->partitions()[0].pending, 5);
  for (const int i : {0, 1, 4}) source->done(records[i].position);
  EXPECT_EQ(source->partitions()[0].frontier, 2);
  EXPECT_EQ(source->partitions()[0].pending, 2);
  EXPECT_EQ(source->partitions()[0].topic, "in");
}

TEST_F(FilesTest, AFileThatVanishedIsRefusedAndTheOthersAreRead) {
  const auto source = make_source("files: {path: in}", info);
  std::filesystem::remove(folder.path("in/class1/1"));
  FakeIntake intake;
  source->run(intake, {});
  EXPECT_EQ(intake.records.size(), 4u);
  ASSERT_EQ(intake.refused.size(), 1u);
  const auto& [record, error] = intake.refused[0];
  EXPECT_EQ(error.reason, "unreadable");
  EXPECT_EQ(error.detail, "the file cannot be read: No such file or directory");
  EXPECT_EQ(record.key, "class1/1");
  EXPECT_EQ(record.header("label"), "class1");
  EXPECT_EQ(record.position, (Position{"in", 0, 3}));
  for (int i = 0; i < 5; ++i) source->done({"in", 0, i});
  EXPECT_EQ(source->partitions()[0].pending, 0);
}

TEST_F(FilesTest, AMissingFolderIsAParamError) {
  EXPECT_THAT([&] { make_source("files: {path: absent}", info); },
              ThrowsMessage<ParamError>(HasSubstr("does not exist")));
}

}  // namespace
}  // namespace radflow
