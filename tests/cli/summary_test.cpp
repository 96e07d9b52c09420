// The summary of a run: its numbers add up, and say what became of what gave no result.
#include <regex>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/nodes/decode/tiff/builder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Summary : public testing::Test {
 protected:
  Ran run(const std::string& nodes, const std::string& sinks) const {
    folder.write("graph.yaml", "sources: [phantom: {count: 20, width: 16, height: 16}]\nnodes:\n" + nodes +
                                   "sinks:\n" + sinks);
    return run_program("run " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 2>&1");
  }
  const TemporaryFolder folder;
};

TEST_F(Summary, TellsWhatAFilterTook) {
  const Ran ran = run("  - decode\n  - filter: {modality: [MR]}\n", "  - ndjson: {path: out}\n");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 filtered, 0 failed in "));
  EXPECT_THAT(ran.out, HasSubstr(" info:   20 frames filtered by filter\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("dead letter"))) << "the graph has no sink for them";
}

TEST_F(Summary, CountsResultsInEachSink) {
  const Ran ran =
      run("  - decode\n  - statistics\n",
          "  - csv: {path: a}\n    from: statistics\n  - ndjson: {path: b}\n    from: statistics\n");
  EXPECT_THAT(ran.out, HasSubstr("20 records, 40 results in 2 sinks, 0 failed in "));
}

TEST_F(Summary, TellsWhatWasDropped) {
  const Ran ran = run("  - decode\n  - window: {}\n    on_error: drop\n", "  - ndjson: {path: out}\n");
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 dropped, 0 failed in "));
  EXPECT_THAT(ran.out, HasSubstr(" info:   20 frames dropped by window: "));
}

TEST(Warned, AFileThatHoldsMoreThanIsReadSaysSo) {
  const TemporaryFolder folder;
  const std::string description = "ImageJ=1.53t\nimages=3\n";
  folder.write(
      "in/stack.tif",
      TiffBuilder{}
          .page({.samples = cv::Mat(8, 8, CV_8U, cv::Scalar{7}),
                 .more_tags =
                     [&](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description.c_str()); }})
          .bytes());
  folder.write("g.yaml",
               "graph: g\nsources: [files: {path: in}]\nnodes: [decode]\nsinks: [ndjson: {path: out}]\n");
  const Ran ran = run_program("run " + folder.path("g.yaml") + " --set http.listen=127.0.0.1:0 2>&1");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(
      ran.out,
      HasSubstr("1 warning of decode: more_images; the first at in:0:0: the TIFF file holds 3 images, by "
                "what ImageJ wrote into it, and has pages for 1"));
  const Ran shown = run_program("inspect " + folder.path("in/stack.tif") + " 2>&1");
  EXPECT_THAT(shown.out, HasSubstr("holds 3 images"));
}

TEST_F(Summary, TellsWhatASinkRefused) {
  const Ran ran = run("  - decode\n  - to_float\n",
                      "  - images: {path: pictures}\n  - ndjson: {path: errors}\n    from: errors\n");
  EXPECT_EQ(ran.code, exit_dead_letters) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 dead letters in "));
  EXPECT_THAT(ran.out, HasSubstr(" info:   20 results failed in sink images: "));
}

// Of one record the latency is a part of the run.
TEST_F(Summary, ALatencyIsNoLongerThanTheRun) {
  folder.write("one.yaml",
               "sources: [phantom: {count: 1, width: 16, height: 16}]\nnodes: [decode]\n"
               "sinks: [ndjson: {path: out}]\n");
  const std::regex said{R"(in ([0-9.]+) ms, .* latency p50 ([0-9.]+) ms, p99 ([0-9.]+) ms)"};
  for (int i = 0; i < 5; ++i) {
    const Ran ran = run_program("run " + folder.path("one.yaml") + " --set http.listen=127.0.0.1:0 2>&1");
    std::smatch numbers;
    if (!std::regex_search(ran.out, numbers, said)) continue;  // it took more than a second
    EXPECT_LE(std::stod(numbers[2]), std::stod(numbers[1])) << ran.out;
    EXPECT_EQ(numbers[2], numbers[3]) << ran.out;
  }
}

}  // namespace
}  // namespace radflow::cli
