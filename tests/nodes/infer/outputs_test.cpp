// Networks that give no label: masks and embeddings. What is expected is what ONNX Runtime gave: the files of the self-tests.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "nodes/infer/tensor.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/mask.hpp"
#include "tests/nodes/infer/networks.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor tensor(const std::string& file) {
  std::ifstream in{network(file), std::ios::binary};
  return read_npy(std::string{std::istreambuf_iterator<char>{in}, {}});
}
// An image of a self-test, whose extents are rows, columns and channels in this order.
Frame frame_of_tensor(const Tensor& image, int rows, int columns, int channels) {
  const cv::Mat view{rows, columns, CV_32FC(channels), const_cast<float*>(image.values.data())};
  return Frame{.pixels = view.clone(),
               .photometric = channels == 3 ? Photometric::Rgb : Photometric::Monochrome2};
}
const std::string regions =
    "infer_mask: {model: " + network("regions.onnx") + ", output: {labels: [left, right]}}";

TEST(InferMask, GivesEachPixelTheLabelOfItsLargestValue) {
  const Tensor expected = tensor("regions.output.npy");
  ASSERT_THAT(expected.shape, ElementsAre(1, 3, 6, 5));
  Frame frame = frame_of_tensor(tensor("regions.input.npy"), 6, 5, 1);
  frame.geometry = oblique();
  const Outcome outcome = call(regions, frame);
  ASSERT_EQ(outcome.kind, Outcome::Kind::Value);
  const Mask& mask = outcome.value.as<Mask>();
  ASSERT_EQ(mask.labels.size(), frame.pixels.size());
  std::array<int, 3> seen{};
  for (int pixel = 0; pixel < 30; ++pixel) {
    const auto value = [&](int channel) {
      return expected.values[static_cast<std::size_t>(channel * 30 + pixel)];
    };
    const int label = mask.labels.ptr<std::uint16_t>()[pixel];
    ++seen.at(static_cast<std::size_t>(label));
    for (int channel = 0; channel < 3; ++channel)
      EXPECT_LE(value(channel), value(label)) << "pixel " << pixel;
  }
  EXPECT_GT(seen[0] * seen[1] + seen[1] * seen[2] + seen[0] * seen[2], 0) << "two labels at least";
  EXPECT_EQ(mask.label_name(1), "left");
  EXPECT_EQ(mask.label_name(2), "right");
  EXPECT_EQ(mask.geometry.position, frame.geometry.position);
}

TEST(InferMask, GivesPaddingNoLabel) {
  Frame frame = frame_of_tensor(tensor("regions.input.npy"), 6, 5, 1);
  frame.valid = cv::Mat::zeros(frame.pixels.size(), CV_8U);
  const std::string filled = regions.substr(0, regions.size() - 1) + ", input: {padding: 0}}";
  EXPECT_EQ(cv::countNonZero(call(filled, frame).value.as<Mask>().labels), 0);
  EXPECT_EQ(reason(regions, frame), "padding");
}

TEST(InferMask, RefusesWhatIsNoMask) {
  const std::string begin = "infer_mask: {model: ";
  EXPECT_THAT(refusal(begin + network("classes.onnx") + ", output: {labels: [a, b]}}"),
              HasSubstr("the network gives any x 3, which is no mask"));
  EXPECT_THAT(refusal(begin + network("regions.onnx") + ", output: {labels: [a]}}"),
              HasSubstr("the network gives 3 channels"));
  EXPECT_THAT(refusal(begin + network("regions.onnx") + ", output: {labels: [a, a]}}"),
              HasSubstr("each once"));
}

const std::string embedding = "infer_features: {model: " + network("any_size.onnx") +
                              ", input: {layout: nhwc}, output: {name: embedding}}";

TEST(InferFeatures, GivesTheEmbeddingOfOnnxRuntime) {
  const Tensor expected = tensor("any_size.embedding.output.npy");
  Frame frame = frame_of_tensor(tensor("any_size.input.npy"), 5, 7, 3);
  frame.units = "HU";
  const Outcome outcome = call(embedding, frame);
  ASSERT_EQ(outcome.kind, Outcome::Kind::Value);
  const Features& features = outcome.value.as<Features>();
  ASSERT_EQ(features.values.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(features.values[i], expected.values[i], 1e-4);
  EXPECT_THAT(*features.names, ElementsAre("infer_features.0", "infer_features.1", "infer_features.2",
                                           "infer_features.3", "infer_features.4", "infer_features.5"));
  EXPECT_EQ(features.units, "HU");
  EXPECT_EQ(features.photometric, "RGB");
}

TEST(InferFeatures, AreNamedBeforeTheFirstFrame) {
  const Known known = make_node(embedding)->known(0);
  ASSERT_TRUE(known.get<KnownFeatures>());
  EXPECT_EQ(known.get<KnownFeatures>()->names.size(), 6U);
  const std::string mask = "infer_features: {model: " + network("regions.onnx") + "}";
  EXPECT_FALSE(make_node(mask)->known(0).get<KnownFeatures>()) << "as many as the frame has pixels";
  EXPECT_EQ(reason(mask, Frame{.pixels = cv::Mat{200, 200, CV_8U, cv::Scalar{1}}}), "too_many_values");
}

}  // namespace
}  // namespace radflow
