// Masks that lie beside the images of a folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/files/folder.hpp"
#include "graph/text.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> names(const std::vector<InputFile>& files) {
  std::vector<std::string> names;
  for (const InputFile& file : files) names.push_back(file.relative);
  return names;
}

TEST(FilesMasks, LieBesideTheirImagesAndAreNoneThemselves) {
  const TemporaryFolder folder;
  for (const char* name : {"a/1.png", "a/1_mask.png", "a/2.dcm", "a/2_mask.png", "b/3.png"})
    folder.write(name, name);
  const auto files = list_files(folder.path(), "{stem}_mask.png");
  EXPECT_THAT(names(files), ElementsAre("a/1.png", "a/2.dcm", "b/3.png"));
  const Record record = read_file(files[1]);
  EXPECT_EQ(record.value.text(), "a/2.dcm");
  EXPECT_EQ(from_base64(record.header("radflow-mask").value_or("")), "a/2_mask.png");
  EXPECT_FALSE(lacks_mask(files[1]));
  EXPECT_TRUE(lacks_mask(files[2]));
}

TEST(FilesMasks, MayLieInAnotherFolderOrDifferByTheirExtension) {
  const TemporaryFolder folder;
  for (const char* name : {"set/images/1.png", "set/masks/1.png.tif", "2.dcm", "2.png"})
    folder.write(name, name);
  EXPECT_THAT(names(list_files(folder.path("set"), "../masks/{name}.tif")), ElementsAre("images/1.png"));
  EXPECT_THAT(names(list_files(folder.path("2.*"), "{stem}.png")), ElementsAre("2.dcm"));
}

TEST(FilesMasks, ThePatternSaysWhichAndStaysBelowTheFolder) {
  const TemporaryFolder folder;
  folder.write("in/1.png", "x");
  EXPECT_THAT([&] { list_files(folder.path(), "mask.png"); },
              ThrowsMessage<ParamError>(HasSubstr("{stem} or {name}")));
  EXPECT_THAT([&] { list_files(folder.path("in"), "../{stem}.png"); },
              ThrowsMessage<ParamError>(HasSubstr("leads out of")));
}

TEST(FilesMasks, WithoutItsMaskAFileIsADeadLetter) {
  const TemporaryFolder folder;
  for (const char* name : {"1.png", "1_mask.png", "2.png"}) folder.write(name, name);
  BuildInfo info;
  info.folder = folder.path();
  FakeIntake intake;
  make_source("files: {path: ., mask: '{stem}_mask.png'}", info)->run(intake, {});
  ASSERT_EQ(intake.records.size(), 1U);
  EXPECT_TRUE(intake.records[0].header("radflow-mask"));
  ASSERT_EQ(intake.refused.size(), 1U);
  EXPECT_EQ(intake.refused[0].second.reason, "no_mask");
  EXPECT_EQ(intake.refused[0].first.key, "2.png");
}

}  // namespace
}  // namespace radflow
