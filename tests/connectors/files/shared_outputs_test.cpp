// Sinks that write to one file or one folder: what cannot be of both is found before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

class SharedOutputs : public ::testing::Test {
 protected:
  std::string refusal(const std::string& sinks) const {
    try {
      check_connectors(
          load_plan_text("sources: [phantom]\nnodes: [decode, flip: {name: turned}]\nsinks:\n" + sinks,
                         folder.path("g.yaml")));
      return "";
    } catch (const ConfigError& error) {
      std::string said = error.what();
      const std::string place = folder.path("");
      for (std::size_t at = 0; (at = said.find(place)) != std::string::npos;) said.erase(at, place.size());
      return said;
    }
  }
  TemporaryFolder folder;
};

TEST_F(SharedOutputs, OneFileIsTriedAgainInOneWay) {
  const std::string first = "  - ndjson: {path: out.ndjson, retry: {times: 3}}\n";
  EXPECT_EQ(refusal(first + "  - ndjson: {name: b, path: out.ndjson, retry: {times: 3}}\n"), "");
  EXPECT_THAT(
      refusal(first + "  - ndjson: {name: b, path: ./out.ndjson}\n"),
      HasSubstr("g.yaml:5:5: b.retry: 'ndjson' writes to out.ndjson too: give both the same `retry`"));
  EXPECT_THAT(refusal("  - stdout\n  - stdout: {name: b, retry: {times: 3}}\n"),
              HasSubstr("b.retry: 'stdout' writes to standard output too"));
}

TEST_F(SharedOutputs, OneFileIsContinuedOrOverwritten) {
  const std::string first = "  - ndjson: {path: out.ndjson, if_exists: overwrite}\n";
  EXPECT_EQ(refusal(first + "  - ndjson: {name: b, path: out.ndjson, from: errors}\n"), "");
  EXPECT_THAT(refusal(first + "  - ndjson: {name: b, path: out.ndjson, if_exists: append}\n"),
              HasSubstr("g.yaml:5:52: b.if_exists: 'ndjson' writes to out.ndjson too and says overwrite"));
  EXPECT_THAT(refusal("  - ndjson: {path: out.ndjson}\n  - ndjson: {name: b, path: out.ndjson, if_exists: "
                      "overwrite}\n"),
              HasSubstr("b.if_exists: 'ndjson' writes to out.ndjson too and says append"));
}

TEST_F(SharedOutputs, ImagesOfOneNameDoNotMeetInOneFolder) {
  const std::string first = "  - images: {path: out, from: decode}\n";
  for (const char* same : {"out", "./out", "out/", "new/../out"})
    EXPECT_THAT(
        refusal(first + "  - images: {name: b, path: " + same + "}\n"),
        HasSubstr(std::string{"g.yaml:5:29: b.path: 'images' writes files of the same names into '"} + same +
                  "'; choose another folder, or let one sink take all: `from: [decode, turned]` puts"))
        << same;
  EXPECT_THAT(refusal("  - images: {path: out}\n  - images: {name: b, path: out}\n"),
              HasSubstr("into 'out'; both take 'turned': leave one of them out"));
  EXPECT_EQ(refusal(first + "  - images: {name: b, path: out/turned}\n"), "");
  EXPECT_EQ(refusal(first + "  - images: {name: b, path: out, format: npy}\n"), "");
  EXPECT_EQ(refusal("  - images: {path: out, from: [decode, turned]}\n"), "");
}

}  // namespace
}  // namespace radflow
