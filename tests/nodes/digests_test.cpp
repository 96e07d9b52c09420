// The digests of the graphs that users have, and the text they are taken over. A model remembers the digest of the nodes
// before it: where one of these changes, every model that was trained before is refused.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/node.hpp"
#include "graph/plan.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

std::string file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{std::string{source_folder} + "/" + path}.rdbuf();
  return text.str();
}

// The plan stands in a folder without models, as if none had been trained.
Plan planned(const std::string& yaml) {
  return load_plan_text(yaml, testing::TempDir() + "no_models/graph.yaml", {.training = true});
}
std::string digest_of(const std::string& path) { return planned(file(path)).info.digest; }

// Stands for the plug-in of examples/own_node, whose own bytes are in the digest of a graph that names it.
struct Sharpness {
  Features operator()(const Frame&) const { return {}; }
};
const Register<Sharpness> sharpness{NodeSpec{"sharpness", "Stands for the node of the example."}};

TEST(Digests, OfTheGraphsThatComeWithRadflowStayWhatTheyAre) {
  EXPECT_EQ(digest_of("config/article.yaml"), "xxh3:a2c8918c7d83f27f413f242cf7fe7576");
  EXPECT_EQ(digest_of("config/pneumonia.yaml"), "xxh3:9bb01892309ec3663bfbba0bae273630");
  EXPECT_EQ(digest_of("config/pneumonia_forest.yaml"), "xxh3:f2e20795c966c2fbf4881e53058018df");
  EXPECT_EQ(digest_of("examples/lesions/lesions.yaml"), "xxh3:8a99bcc6a74d1cc94fe035b5e9bb8eeb");
  EXPECT_EQ(digest_of("examples/lesions/slices.yaml"), "xxh3:080058c8bdadd2f0e79e96d9316cc8a4");
  EXPECT_EQ(digest_of("examples/own_node/graph.yaml"), "xxh3:9fa1c09f7061a18b371787d21c270a48");
  EXPECT_EQ(digest_of("examples/pneumonia/slices.yaml"), "xxh3:080058c8bdadd2f0e79e96d9316cc8a4");
  EXPECT_EQ(digest_of("examples/pneumonia_network/slices.yaml"), "xxh3:080058c8bdadd2f0e79e96d9316cc8a4");
  EXPECT_EQ(digest_of("examples/article_chain/chain.yaml"), "xxh3:def92834d543098c91820b4bb16ef7a5");
  EXPECT_EQ(digest_of("examples/enhance_us/enhance.yaml"), "xxh3:e23985d485613b10d160e263dca7d1fe");
  EXPECT_EQ(digest_of("examples/localise_ct/localise.yaml"), "xxh3:f3e3ae0448c3a72539e900d8e6726242");
  EXPECT_EQ(digest_of("examples/quality_gate/gate.yaml"), "xxh3:feb7cb44efedae747a98e6c6ebee502f");
  EXPECT_EQ(digest_of("examples/segment_mr/segment.yaml"), "xxh3:ddd49738797b4d798a0df0d76d4bad4c");
  EXPECT_EQ(digest_of("examples/volume_ct/volume.yaml"), "xxh3:3243df8972ae8807a3b9434d5c876358");
  EXPECT_EQ(digest_of("examples/phantom_texture/graph.yaml"), "xxh3:dc18ff86769d299eac4e03af5404bc31");
}

TEST(Digests, NoGraphIsLeftOut) {
  std::vector<std::string> found;
  for (const char* folder : {"/config", "/examples"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator{source_folder + std::string{folder}})
      if (entry.path().extension() == ".yaml") found.push_back(entry.path().filename().string());
  EXPECT_THAT(found, testing::UnorderedElementsAre("article.yaml", "pneumonia.yaml", "pneumonia_forest.yaml",
                                                   "lesions.yaml", "slices.yaml", "slices.yaml", "graph.yaml",
                                                   "graph.yaml", "chain.yaml", "enhance.yaml",
                                                   "localise.yaml", "gate.yaml", "segment.yaml",
                                                   "slices.yaml", "network.yaml", "volume.yaml"));
}

TEST(Digests, OfTheGraphInTheReadmeStaysWhatItIs) {
  const std::string readme = file("README.md");
  const std::string begin = "```yaml\n";
  const std::size_t at = readme.find(begin) + begin.size();
  const std::string graph = readme.substr(at, readme.find("```", at) - at);
  EXPECT_EQ(planned(graph).info.digest, digest_of("examples/lesions/lesions.yaml"));
}

// What the digest says of the nodes before the last one.
std::string said(const std::string& nodes) {
  return "\n" +
         planned("sources: [phantom]\nnodes:\n" + nodes + "\nsinks: [stdout]\n").nodes.back().info.upstream;
}

TEST(Digests, SayEveryParameterThatIsGiven) {
  EXPECT_EQ(said(R"(
  - decode: {rescale: false, max_pixels: 1000, format: dicom, padding: ignore}
  - filter: {modality: [CT, mr]}
  - route: {id: SeriesInstanceUID, equals: [1.2, "3"]}
  - flip: {direction: vertical}
    from: route.matched
  - gaussian_blur: {sigma: 0.75, border: edge}
  - invert: {about: range, range: [-1, 2.5], only: monochrome1}
  - median_blur: {radius: 2}
  - normalize: {method: minmax, percentiles: [1, 99]}
  - resize: {width: 9, height: 8, interpolation: area, anti_aliasing: false}
  - rotate: {angle: 45, fill: 1.5, outside: value}
  - to_float: {depth: 32}
  - to_grey: {method: channel, channel: green}
  - window: {center: 40, width: 400, function: sigmoid, output: f32}
  - pixels: {fill: 0.5, photometric: as_stored}
    name: p
  - lbp: {points: 12, radius: 1.5, method: nri_uniform, photometric: as_stored}
    from: window
  - histogram: {bins: 4, range: [0, 10], normalized: false, photometric: as_stored}
    name: h
  - histogram: {bin_width: 2.5, range: [0, 10]}
    name: w
    from: lbp
  - concat: {from: [p, h, w]}
  - filter: {field: p.0, min: 0.5, max: 1}
    name: field
  - classify: {model: no.model, train: {trees: 7, class_weight: balanced}}
  - filter: {label: [a], min_probability: 0.25}
    name: label
  - filter: {header: h, equals: [x]}
    name: header
  - encode: {format: json})"),
            R"(
decode: {format: dicom, max_pixels: 1000, padding: ignore, rescale: false}
filter: {equals: [], label: [], modality: [CT, mr]}
route: {equals: [1.2, 3], id: SeriesInstanceUID, label: [], modality: []}
flip: {direction: vertical}
gaussian_blur: {border: edge, sigma: 0.75}
invert: {about: range, only: monochrome1, range: [-1, 2.5]}
median_blur: {radius: 2}
normalize: {method: minmax, percentiles: [1, 99]}
resize: {anti_aliasing: false, height: 8, interpolation: area, width: 9}
rotate: {angle: 45, fill: 1.5, outside: value}
to_float: {depth: 32}
to_grey: {channel: green, method: channel}
window: {center: 40, function: sigmoid, output: f32, width: 400}
p (pixels): {fill: 0.5, photometric: as_stored}
lbp: {method: nri_uniform, photometric: as_stored, points: 12, radius: 1.5} <- window
h (histogram): {bins: 4, normalized: false, photometric: as_stored, range: [0, 10]}
w (histogram): {bin_width: 2.5, normalized: true, photometric: monochrome2, range: [0, 10]} <- lbp
concat: {} <- [p, h, w]
field (filter): {equals: [], field: p.0, label: [], max: 1, min: 0.5, modality: []}
classify: {model: missing}
label (filter): {equals: [], label: [a], min_probability: 0.25, modality: []}
header (filter): {equals: [x], header: h, label: [], modality: []}
)");
}

TEST(Digests, SayWhatIsDefault) {
  EXPECT_EQ(said(R"(
  - decode
  - flip
  - gaussian_blur
  - invert: {about: zero}
  - median_blur
  - normalize
  - resize: {width: 9, height: 8}
  - rotate: {angle: 45}
  - to_float
  - to_grey
  - window
  - lbp
  - pixels
  - histogram: {from: lbp}
  - concat: {from: [pixels, histogram]}
  - classify
  - encode
  - filter: {header: h, equals: [x]})"),
            R"(
decode: {format: auto, max_pixels: 100000000, rescale: true}
flip: {direction: horizontal}
gaussian_blur: {border: reflect, sigma: 1.5}
invert: {about: zero}
median_blur: {radius: 1}
normalize: {method: zscore, percentiles: []}
resize: {anti_aliasing: true, height: 8, interpolation: linear, width: 9}
rotate: {angle: 45, fill: 0}
to_float: {depth: 64}
to_grey: {method: luma}
window: {function: auto, output: u8}
lbp: {method: default, photometric: monochrome2, points: 8, radius: 1}
pixels: {fill: 0, photometric: monochrome2}
histogram: {normalized: true, photometric: monochrome2, range: []} <- lbp
concat: {} <- [pixels, histogram]
classify: {}
encode: {format: json}
)");
}

// What a gate hands on unchanged is what it was: `from: quality.features` was refused as "trained behind other nodes".
TEST(Digests, WhatANodeHandsOnIsSaidAsTheNodeThatMadeIt) {
  const auto graph = [](const std::string& gate, const std::string& from) {
    return planned(
        "sources: [phantom]\nnodes:\n  - decode\n  - histogram: {bins: 4, range: [0, 10]}\n    name: h\n" +
        gate + "  - classify: {model: no.model, train: {trees: 7}}\n    from: " + from +
        "\nsinks: [stdout]\n");
  };
  const std::string gate = "  - quality: {contrast: 1}\n    from: {image: decode, features: h}\n";
  const Plan without = graph("", "h"), with = graph(gate, "quality.features");
  const auto classify = [](const Plan& plan) {
    return *std::ranges::find_if(plan.nodes, [](const NodePlan& node) { return node.name == "classify"; });
  };
  EXPECT_EQ(classify(with).info.upstream, classify(without).info.upstream);
  EXPECT_EQ(classify(with).info.upstream_digest, classify(without).info.upstream_digest);
  EXPECT_NE(with.info.digest, without.info.digest) << "the graph itself is another one";
  EXPECT_THAT(classify(graph(gate, "quality.measures")).info.upstream, testing::HasSubstr("quality"));
}

}  // namespace
}  // namespace radflow
