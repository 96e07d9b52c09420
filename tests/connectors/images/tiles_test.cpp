// Tiles of records of several frames, as files and as rows.
#include <gmock/gmock.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "graph/pipeline.hpp"
#include "graph/plan.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

// The tiles of all frames were files of the same names, and 8 results were 4 files.
TEST(ImagesInAGraph, TilesOfSeveralFramesAreFilesAndRowsOfTheirOwn) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("in"));
  ASSERT_TRUE(cv::imwritemulti(folder.path("in/a.tif"),
                               std::vector<cv::Mat>(2, cv::Mat(4, 6, CV_8U, cv::Scalar{9}))));
  Pipeline pipeline{load_plan_text(
      "graph: g\nsources: [files: {path: in}]\nnodes: [decode, tile: {width: 3, height: 2}, statistics: {of: "
      "[mean]}]\nsinks:\n  - images: {path: out}\n    from: tile\n  - csv: {path: t.csv}\n",
      folder.path("g.yaml"))};
  pipeline.start();
  ASSERT_TRUE(pipeline.wait());
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator{folder.path("out")})
    names.insert(file.path().filename().string());
  EXPECT_EQ(names.size(), 8U);
  EXPECT_TRUE(names.contains("a.tif@0002@0004.png"));
  const std::string table = folder.read("t.csv");
  EXPECT_THAT(table, testing::StartsWith("key,topic,partition,offset,frame,tile,tile_x,tile_y,"));
  for (const char* place : {",1,1,0,0,9\n", ",1,2,3,0,9\n", ",1,3,0,2,9\n", ",2,4,3,2,9\n"})
    EXPECT_THAT(table, testing::HasSubstr(place));
}

}  // namespace
}  // namespace radflow
