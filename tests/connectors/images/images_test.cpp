#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "connectors/images/file_name.hpp"
#include "nodes/imaging/frame.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;

std::string name_of(std::optional<std::string> key, Identity part = {}) {
  FakeContext context;
  context.the_record.key = std::move(key);
  context.the_record.position = {"frames", 2, 17};
  context.the_identity = std::move(part);
  return file_name(context, "png");
}

TEST(ImageFileName, KeepsTheKeysFoldersAndAddsTheFrame) {
  EXPECT_EQ(name_of("normal/IM-0001.dcm"), "normal/IM-0001.dcm.png");
  EXPECT_EQ(name_of("a.dcm", {.index = 2, .count = 30}), "a.dcm@0003.png");
  EXPECT_EQ(name_of(std::nullopt), "@frames-2-17.png");
}

TEST(ImageFileName, NoKeyLeavesTheFolder) {
  using namespace std::string_literals;
  for (const std::string& key :
       {"../a"s, "a/../../b"s, "/etc/passwd"s, ".."s, "."s, ""s, "/"s, "//"s, "a/"s, "..\\a"s, "~/a"s,
        "a\0b"s, "ä\n"s, std::string(4000, 'x'), "x/" + std::string(4000, '/')}) {
    const std::filesystem::path name = name_of(key);
    EXPECT_TRUE(name.is_relative()) << key;
    for (const auto& part : name) {
      EXPECT_THAT(part.string(), testing::MatchesRegex("[A-Za-z0-9%_.@~-]+"));
      EXPECT_LT(part.string().size(), 200u);
      EXPECT_FALSE(part.string().starts_with('.')) << key;
    }
  }
}

TEST(ImageFileName, DifferentKeysHaveDifferentNamesAndNoneIsAnothersFolder) {
  const std::vector<std::string> keys{"a/b",
                                      "a_b",
                                      "a%2Fb",
                                      "a.png/b",
                                      "a",
                                      "a.png",
                                      "",
                                      "/",
                                      "%",
                                      "a//b",
                                      std::string(300, 'x') + "1",
                                      std::string(300, 'x') + "2"};
  std::set<std::string> names, folders;
  for (const std::string& key : keys) {
    const std::string name = name_of(key);
    EXPECT_TRUE(names.insert(name).second) << key;
    folders.insert(std::filesystem::path{name}.parent_path().string());
  }
  for (const std::string& name : names) EXPECT_FALSE(folders.contains(name)) << name;
}

class ImagesTest : public testing::Test {
 protected:
  std::optional<Error> write(const std::string& format, cv::Mat pixels,
                             Photometric photometric = Photometric::Monochrome2) {
    info.folder = folder.path();
    Frame frame;
    frame.pixels = std::move(pixels);
    frame.photometric = photometric;
    context.the_record.key = "normal/a";
    std::optional<Error> error{Error{"not_acknowledged", ""}};
    const auto sink = make_sink("images: {path: out, format: " + format + "}", info);
    sink->submit(Payload::of(std::move(frame)), context,
                 [&](std::optional<Error> outcome) { error = outcome; });
    EXPECT_TRUE(sink->flush(10s));
    return error;
  }
  TemporaryFolder folder;
  BuildInfo info;
  FakeContext context;
};

TEST_F(ImagesTest, PngKeepsSixteenBits) {
  ASSERT_FALSE(write("png", (cv::Mat_<std::uint16_t>(2, 2) << 0, 1, 4095, 65535)));
  const cv::Mat back = cv::imread(folder.path("out/normal/a.png"), cv::IMREAD_UNCHANGED);
  ASSERT_EQ(back.type(), CV_16UC1);
  EXPECT_EQ(back.at<std::uint16_t>(1, 0), 4095);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path("out/normal")}, {}), 1)
      << "no leftovers";
}

TEST_F(ImagesTest, WhatHasNoShadesIsRefusedWithTheWayOut) {
  const auto error = write("png", cv::Mat::zeros(2, 2, CV_32F));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, "needs_window");
  EXPECT_THAT(error->detail, testing::HasSubstr("format: npy"));
  EXPECT_EQ(write("png", cv::Mat::zeros(2, 2, CV_16S))->reason, "needs_window");
  EXPECT_EQ(write("png", cv::Mat::zeros(2, 2, CV_8U), Photometric::Monochrome1)->reason, "needs_window");
}

TEST_F(ImagesTest, NpyTakesEverything) {
  ASSERT_FALSE(write("npy", cv::Mat::zeros(2, 3, CV_32F), Photometric::Monochrome1));
  EXPECT_THAT(folder.read("out/normal/a.npy"),
              testing::HasSubstr("'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)"));
}

TEST_F(ImagesTest, AFolderThatCannotBeMadeIsAParamError) {
  folder.write("out", "a file");
  EXPECT_THROW(write("png", cv::Mat::zeros(2, 2, CV_8U)), ParamError);
}

TEST_F(ImagesTest, WhatCannotBeWrittenIsHeldAndTriedAgain) {
  info.folder = folder.path();
  const auto sink = make_sink("images: {path: out}", info);
  folder.write("out/normal", "in the way");
  Frame frame;
  frame.pixels = cv::Mat::zeros(2, 2, CV_8U);
  context.the_record.key = "normal/a";
  int acknowledged = 0;
  sink->submit(Payload::of(std::move(frame)), context, [&](const std::optional<Error>& error) {
    EXPECT_FALSE(error);
    ++acknowledged;
  });
  EXPECT_FALSE(sink->flush(200ms));
  EXPECT_FALSE(sink->ready());
  std::filesystem::remove(folder.path("out/normal"));
  EXPECT_TRUE(sink->flush(10s));
  EXPECT_EQ(acknowledged, 1);
  EXPECT_TRUE(std::filesystem::exists(folder.path("out/normal/a.png")));
}

}  // namespace
}  // namespace radflow
