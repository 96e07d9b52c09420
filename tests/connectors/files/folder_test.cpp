#include "connectors/files/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/param.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> relative(const std::vector<InputFile>& files) {
  std::vector<std::string> names;
  for (const InputFile& file : files) names.push_back(file.relative);
  return names;
}

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    folder.write("normal/b.png", "B");
    folder.write("normal/a.png", "A");
    folder.write("lesion/deep/c.DCM", "C");
    folder.write("root.bin", "R");
    folder.write(".hidden/x.png", "no");
    folder.write("normal/.DS_Store", "no");
  }
  TemporaryFolder folder;
};

TEST_F(FolderTest, ListsSortedByRelativePathWithTheNearestFolderAsLabel) {
  const auto files = list_files(folder.path());
  EXPECT_THAT(relative(files), ElementsAre("lesion/deep/c.DCM", "normal/a.png", "normal/b.png", "root.bin"));
  EXPECT_EQ(files[0].label, "deep");
  EXPECT_EQ(files[1].label, "normal");
  EXPECT_EQ(files[3].label, "");
}

TEST_F(FolderTest, ATrailingSlashChangesNothing) {
  EXPECT_EQ(relative(list_files(folder.path() + "/")), relative(list_files(folder.path())));
}

TEST_F(FolderTest, AGlobsRootIsThePartBeforeTheFirstWildcard) {
  const auto files = list_files(folder.path() + "/nor*/*.png");
  EXPECT_THAT(relative(files), ElementsAre("normal/a.png", "normal/b.png"));
  EXPECT_EQ(files[0].label, "normal");
  EXPECT_EQ(list_files(folder.path() + "/normal/[b]*")[0].label, "");
}

TEST_F(FolderTest, AGlobWalksTheFoldersItMatches) {
  EXPECT_THAT(relative(list_files(folder.path() + "/les*")), ElementsAre("lesion/deep/c.DCM"));
}

TEST_F(FolderTest, AFileIsAnInputOfOne) {
  EXPECT_THAT(relative(list_files(folder.path("root.bin"))), ElementsAre("root.bin"));
}

TEST_F(FolderTest, AFolderWhoseNameLooksLikeAGlobIsAFolder) {
  folder.write("odd [1]/a.png", "A");
  EXPECT_THAT(relative(list_files(folder.path("odd [1]"))), ElementsAre("a.png"));
}

TEST_F(FolderTest, WhatIsMissingOrEmptyIsAParamError) {
  EXPECT_THAT([&] { list_files(folder.path("absent")); },
              ThrowsMessage<ParamError>(HasSubstr("does not exist")));
  EXPECT_THAT([&] { list_files(folder.path("*.tiff")); },
              ThrowsMessage<ParamError>(HasSubstr("holds no files")));
  std::filesystem::create_directory(folder.path("empty"));
  EXPECT_THAT([&] { list_files(folder.path("empty")); },
              ThrowsMessage<ParamError>(HasSubstr("holds no files")));
}

TEST_F(FolderTest, WhatIsNeitherFileNorFolderIsLeftOutWithAWord) {
  ASSERT_EQ(mkfifo(folder.path("normal/pipe.png").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", folder.path("dangling.png"));
  std::filesystem::create_symlink("normal/a.png", folder.path("link.png"));
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  EXPECT_THAT(relative(list_files(folder.path())),
              ElementsAre("lesion/deep/c.DCM", "link.png", "normal/a.png", "normal/b.png", "root.bin"));
  EXPECT_THAT(log.str(),
              HasSubstr("2 entries are left out of '" + folder.path() + "', neither files nor folders"));
  EXPECT_THAT(log.str(), HasSubstr(folder.path("dangling.png") + ", ..."));
  log.str("");
  list_files(folder.path("lesion"));
  EXPECT_EQ(log.str(), "");
  spdlog::set_default_logger(before);
  EXPECT_THAT([&] { list_files(folder.path("normal/pipe.png")); },
              ThrowsMessage<ParamError>(HasSubstr("neither a folder nor a file")));
}

TEST_F(FolderTest, AnInputIsCheckedWithoutAWalk) {
  EXPECT_NO_THROW(check_input(folder.path()));
  EXPECT_NO_THROW(check_input(folder.path("root.bin")));
  EXPECT_NO_THROW(check_input(folder.path("nor*/*.png")));
  EXPECT_THAT([&] { check_input(folder.path("absent")); },
              ThrowsMessage<ParamError>(HasSubstr("does not exist")));
  EXPECT_THAT([&] { check_input(folder.path("*.tiff")); },
              ThrowsMessage<ParamError>(HasSubstr("holds no files")));
}

TEST_F(FolderTest, AFolderWithoutPermissionIsAParamErrorThatNamesIt) {
  using std::filesystem::perms;
  std::filesystem::permissions(folder.path(), perms::all);
  std::filesystem::permissions(folder.path("lesion"), perms::none);
  // Root may read every folder: then as somebody else (65534 is nobody).
  const bool root = geteuid() == 0;
  ASSERT_EQ(root ? seteuid(65534) : 0, 0);
  EXPECT_THAT([&] { list_files(folder.path()); },
              ThrowsMessage<ParamError>(HasSubstr(folder.path("lesion"))));
  ASSERT_EQ(root ? seteuid(0) : 0, 0);
  std::filesystem::permissions(folder.path("lesion"), perms::owner_all);
}

TEST_F(FolderTest, ReadsAFileAsARecord) {
  const auto files = list_files(folder.path());
  const Record record = read_file(files[0]);
  EXPECT_EQ(record.value.text(), "C");
  EXPECT_EQ(record.key, "lesion/deep/c.DCM");
  EXPECT_EQ(record.header("content-type"), "application/dicom");
  EXPECT_EQ(record.header("label"), "deep");
  EXPECT_GT(record.timestamp_ms, 0);
  EXPECT_THAT(read_file(files[3]).headers, ElementsAre()) << "neither a known extension nor a label";
}

TEST_F(FolderTest, TheNameOfAnInputIsThatOfItsRoot) {
  for (const std::string pattern : {"normal", "normal/", "normal/*.png", "./normal/[ab]*"})
    EXPECT_EQ(input_name(folder.path(pattern)), "normal") << pattern;
  EXPECT_EQ(input_name(folder.path("root.bin")), "root.bin");
}

TEST_F(FolderTest, AFileThatCannotBeReadThrows) {
  const auto files = list_files(folder.path());
  std::filesystem::remove(files[0].path);
  EXPECT_THAT([&] { read_file(files[0]); }, ThrowsMessage<std::runtime_error>(HasSubstr("No such file")));
}

}  // namespace
}  // namespace radflow
