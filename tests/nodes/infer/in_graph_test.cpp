// Networks in a graph that runs: on several workers, with calls that messages share.
#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "graph/pipeline.hpp"
#include "tests/nodes/infer/networks.hpp"

namespace radflow {
namespace {

class InferInAGraph : public testing::Test {
 protected:
  InferInAGraph() : file_{testing::TempDir() + "radflow_infer_" + std::to_string(getpid()) + ".ndjson"} {}
  ~InferInAGraph() override { std::filesystem::remove(file_); }

  // The results of 120 slices, sorted, for what the graph says beside the node's parameters.
  std::vector<std::string> results(const std::string& more) {
    std::filesystem::remove(file_);
    Pipeline pipeline{load_plan_text(
        "workers: 3\nsources: [phantom: {count: 120, width: 16, height: 16}]\nnodes:\n  - decode\n"
        "  - resize: {width: 8, height: 8}\n  - infer: {model: " +
            network("classes.onnx") + ", input: {scale: 4095}, output: {labels: [a, b, c]}" + more +
            "}\nsinks: [ndjson: {path: " + file_ + "}]\n",
        "g.yaml")};
    pipeline.start();
    EXPECT_TRUE(pipeline.wait());
    batches = pipeline.stats().batches;
    std::vector<std::string> lines;
    std::ifstream in{file_};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }

  const std::string file_;
  std::vector<BatchStats> batches;
};

TEST_F(InferInAGraph, GivesTheSameBytesWhoeverSharesACall) {
  const std::vector<std::string> alone = results("");
  ASSERT_EQ(alone.size(), 120U);
  EXPECT_NE(alone[0], alone[1]);
  EXPECT_THAT(alone[0], testing::HasSubstr("\"probabilities\""));
  EXPECT_TRUE(batches.empty());
  for (const std::string more : {", batch: {size: 16, wait: 50ms}", ", batch: {size: 5, wait: 1ms}",
                                 ", batch: {size: 7, wait: 20ms}, concurrency: 1"}) {
    EXPECT_EQ(results(more), alone) << more;
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0].messages, 120U);
    EXPECT_LT(batches[0].sizes[0], 120U) << "calls were shared";
  }
}

// The network of examples/pneumonia_network stays what its README measured.
TEST(InferDigest, OfTheGraphThatComesWithRadflowStaysWhatItIs) {
  const std::string path = std::string{source_folder} + "/examples/pneumonia_network/network.yaml";
  const std::string yaml{std::istreambuf_iterator<char>{std::ifstream{path}.rdbuf()}, {}};
  EXPECT_EQ(load_plan_text(yaml, path, {.training = true}).info.digest,
            "xxh3:aff96332fd35c3b2a611f51ed936086d");
}

}  // namespace
}  // namespace radflow
