#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "connectors/images/file_name.hpp"
#include "graph/pipeline.hpp"
#include "graph/plan.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/volume.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;

std::string name_of(std::optional<std::string> key, Identity part = {},
                    const Naming& naming = {.key_is_unique = true}) {
  FakeContext context;
  context.the_record.key = std::move(key);
  context.the_record.position = {"frames", 2, 17};
  context.the_identity = std::move(part);
  return file_name(context, naming, "png");
}

TEST(ImageFileName, KeepsTheKeysFoldersAndAddsTheFrame) {
  EXPECT_EQ(name_of("normal/IM-0001.dcm"), "normal/IM-0001.dcm.png");
  EXPECT_EQ(name_of("a.dcm", {.index = 2, .count = 30}), "a.dcm@0003.png");
  EXPECT_EQ(name_of("a.dcm", {.index = 1999, .count = 10'000}), "a.dcm@02000.png");
  EXPECT_EQ(name_of("a.dcm", {.index = 9999, .count = 10'000}), "a.dcm@10000.png");
  EXPECT_EQ(name_of(std::nullopt), "@frames-2-17.png");
  EXPECT_EQ(name_of("a.dcm", {.index = 2, .count = 30, .tiles = {{3, 4, {}}}}), "a.dcm@0003@0004.png");
  EXPECT_EQ(name_of("a.dcm", {.tiles = {{3, 4, {}}}}), "a.dcm@0004.png");
}

TEST(ImageFileName, WhereKeysRepeatThePlaceOfTheRecordTellsItApart) {
  EXPECT_EQ(name_of("a/b.dcm", {.index = 2, .count = 30}, {}), "a/b.dcm@frames-2-17@0003.png");
  EXPECT_EQ(name_of("a/b.dcm", {}, {.node = "route.matched"}), "a/b.dcm@frames-2-17@route.matched.png");
  EXPECT_EQ(name_of("", {}, {}), "%@frames-2-17.png");
}

TEST(ImageFileName, TheLongestNameIsOneThatAFileCanHave) {
  FakeContext context;
  const std::string longest(300, 'x');
  context.the_record.position = {longest, 2'147'483'647, std::numeric_limits<std::int64_t>::max()};
  context.the_identity = {
      .index = 4'000'000'000, .count = 4'294'967'295, .tiles = {{4'000'000'000, 4'294'967'295, {}}}};
  const auto length = [&](const Naming& naming) {
    return file_name(context, naming, "png").size() + 1;
  };  // "~"
  for (const bool unique : {false, true}) {
    context.the_record.key = std::nullopt;
    EXPECT_LE(length({unique, longest}), 255U);
    context.the_record.key = longest;
    EXPECT_LE(length({unique, longest}), 255U);
  }
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
    info.key_is_unique = true;
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

// It stopped the graph, without a word.
TEST_F(ImagesTest, AFrameThatCannotBeEncodedIsRefused) {
  const auto error = write("png", cv::Mat(0, 0, CV_8U));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, "exception");
  EXPECT_THAT(error->detail, testing::HasSubstr("a PNG cannot be written"));
}

TEST_F(ImagesTest, NpyTakesEverything) {
  ASSERT_FALSE(write("npy", cv::Mat::zeros(2, 3, CV_32F), Photometric::Monochrome1));
  EXPECT_THAT(folder.read("out/normal/a.npy"),
              testing::HasSubstr("'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)"));
}

TEST_F(ImagesTest, AVolumeIsAFileOfItsOwnFormats) {
  info.folder = folder.path();
  Volume volume;
  const int size[] = {2, 3, 4};
  volume.voxels = cv::Mat(3, size, CV_32F, cv::Scalar{0});
  for (const std::string format : {"nrrd", "npy"}) {
    info.inputs = {&payload_type<Volume>};
    const auto sink = make_sink("images: {path: out, format: " + format + "}", info);
    sink->submit(Payload::of(volume), context, [](std::optional<Error> outcome) { EXPECT_FALSE(outcome); });
    EXPECT_TRUE(sink->flush(10s));
  }
  EXPECT_THROW(make_sink("images: {path: out}", info), ParamError) << "a volume is no PNG";
  info.inputs = {&payload_type<Frame>};
  EXPECT_THROW(make_sink("images: {path: out, format: nrrd}", info), ParamError);
}

TEST_F(ImagesTest, AFolderThatCannotBeMadeIsAParamError) {
  folder.write("out", "a file");
  EXPECT_THROW(write("png", cv::Mat::zeros(2, 2, CV_8U)), ParamError);
}

// 6 records of 2 keys were 2 files, and "6 results".
TEST_F(ImagesTest, RecordsOfOneKeyAndOutputsOfSeveralNodesAreFilesOfTheirOwn) {
  info.folder = folder.path();
  info.from = {"decode", "window"};
  const auto sink = make_sink("images: {path: out}", info);
  int acknowledged = 0;
  for (const char* key : {"a", "b"})
    for (std::int64_t offset = 0; offset < 3; ++offset)
      for (const std::size_t input : {0, 1, 1}) {  // the last one again, as after a crash
        context.the_record.key = key;
        context.the_record.position = {"frames", 0, offset};
        Frame frame;
        frame.pixels = cv::Mat(2, 2, CV_8U, cv::Scalar(10. * static_cast<double>(offset)));
        sink->submit_from(input, Payload::of(std::move(frame)), context,
                          [&](const std::optional<Error>& error) { acknowledged += !error; });
      }
  EXPECT_TRUE(sink->flush(10s));
  EXPECT_EQ(acknowledged, 18);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path("out")}, {}), 12);
  EXPECT_EQ(
      cv::imread(folder.path("out/b@frames-0-2@window.png"), cv::IMREAD_UNCHANGED).at<std::uint8_t>(0, 0),
      20);
}

std::set<std::string> files_of(const std::string& sources, const std::string& from) {
  const TemporaryFolder folder;
  const std::string graph = "graph: g\nsources:\n" + sources + "nodes: [decode: {}, flip: {}]\nsinks:\n" +
                            "  - images: {path: out}\n    from: " + from + "\n";
  Pipeline pipeline{load_plan_text(graph, folder.path("g.yaml"))};
  pipeline.start();
  EXPECT_TRUE(pipeline.wait());
  std::set<std::string> names;
  for (const auto& file : std::filesystem::recursive_directory_iterator{folder.path("out")})
    if (file.is_regular_file())
      names.insert(std::filesystem::relative(file.path(), folder.path("out")).string());
  return names;
}

TEST(ImagesInAGraph, NamesFollowTheSourcesAndTheNodes) {
  const std::string one = "  - phantom: {count: 1, width: 16, height: 16, lesions: 0}\n";
  const std::string more =
      one + "  - phantom: {count: 1, width: 16, height: 16, lesions: 0, seed: 2}\n    name: b\n";
  EXPECT_THAT(files_of(one, "flip"), testing::ElementsAre("normal/phantom-00000000.png"));
  EXPECT_THAT(files_of(one, "[decode, flip]"),
              testing::ElementsAre("normal/phantom-00000000@decode.png", "normal/phantom-00000000@flip.png"));
  EXPECT_THAT(files_of(more, "flip"), testing::ElementsAre("normal/phantom-00000000@phantom-0-0.png",
                                                           "normal/phantom-00000000@phantom-1-0.png"))
      << "two sources of one topic";
}

TEST_F(ImagesTest, WhatCannotBeWrittenIsHeldAndTriedAgain) {
  info.folder = folder.path();
  info.key_is_unique = true;
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
