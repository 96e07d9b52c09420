// The node infer: what a network makes of frames, and what is refused before and while it runs.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "graph/build.hpp"
#include "nodes/infer/network.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/nodes/infer/networks.hpp"

namespace radflow {
namespace {

using ::testing::HasSubstr;

const std::string three = "output: {labels: [a, b, c]}";

std::string infer(const std::string& model, const std::string& more) {
  return "infer: {model: " + network(model) + ", " + more + "}";
}
Prediction predicted(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::Value) {
    ADD_FAILURE() << (outcome.error ? outcome.error->reason + ": " + outcome.error->detail : "no value");
    return {};
  }
  return outcome.value.as<Prediction>();
}

// What the node makes of frames that share a call.
std::vector<Outcome> together(NodeBody& node, const std::vector<Frame>& frames) {
  const FakeContext context;
  std::vector<Payload> payloads;
  for (const Frame& frame : frames) payloads.push_back(Payload::of(frame));
  std::vector<const Payload*> inputs;
  for (const Payload& payload : payloads) inputs.push_back(&payload);
  std::vector<BatchMember> members;
  for (const Payload* const& input : inputs) members.push_back({{&input, 1}, &context});
  return node.call_all(members);
}

TEST(Infer, GivesTheProbabilitiesOfOnnxRuntime) {
  const auto node = make_node(infer("classes.onnx", "input: {scale: 255}, " + three));
  for (int i = 0; i < 16; ++i) {
    const auto& logits = logits_of_test_images[static_cast<std::size_t>(i)];
    double sum = 0;
    for (const double logit : logits) sum += std::exp(logit);
    const Prediction prediction = predicted(together(*node, {test_image(i)}).front());
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(prediction.probabilities.at(k), std::exp(logits[k]) / sum, 1e-4) << "image " << i;
    EXPECT_EQ(prediction.label, 2U);
    EXPECT_NEAR(std::accumulate(prediction.probabilities.begin(), prediction.probabilities.end(), 0.0), 1,
                1e-15);
    EXPECT_EQ(prediction.model, "classes.onnx");
    EXPECT_THAT(prediction.model_digest, ::testing::StartsWith("sha256:"));
  }
}

// Each image has the bits that it has alone, whoever shares the call.
TEST(Infer, GivesTheSameBitsInBatchesOfAnySize) {
  for (const auto& [model, more] : {std::pair<std::string, std::string>{"classes.onnx", three},
                                    {"single.onnx", "output: {labels: [a, b], activation: softmax}"}}) {
    const std::string yaml = infer(model, "input: {scale: 255}, " + more);
    std::vector<Frame> frames;
    std::vector<std::vector<double>> alone;
    for (int i = 0; i < 16; ++i) {
      frames.push_back(test_image(i));
      alone.push_back(predicted(together(*make_node(yaml), {frames.back()}).front()).probabilities);
    }
    for (const std::size_t size : {1U, 2U, 3U, 5U, 16U}) {
      const auto node = make_node(yaml);
      for (int time = 0; time < 2; ++time)  // the first call of a size compares, the second does not
        for (std::size_t begin = 0; begin + size <= frames.size(); begin += size) {
          const std::vector<Frame> some(frames.begin() + static_cast<std::ptrdiff_t>(begin),
                                        frames.begin() + static_cast<std::ptrdiff_t>(begin + size));
          const std::vector<Outcome> outcomes = together(*node, some);
          ASSERT_EQ(outcomes.size(), size);
          for (std::size_t i = 0; i < size; ++i)
            EXPECT_EQ(predicted(outcomes[i]).probabilities, alone[begin + i])
                << model << " in batches of " << size;
        }
    }
  }
}

TEST(Infer, TakesFramesOfAnySizeAndColourChannelsLast) {
  const auto node =
      make_node(infer("any_size.onnx",
                      "input: {layout: nhwc, scale: 255, repeat_grey: true}, output: {labels: [no, yes], "
                      "activation: sigmoid, name: logit}"));
  Frame colour = test_image(3, 5, 7);
  cv::cvtColor(colour.pixels, colour.pixels, cv::COLOR_GRAY2RGB);
  colour.photometric = Photometric::Rgb;
  const std::vector<Outcome> outcomes =
      together(*node, {colour, test_image(3, 5, 7), test_image(4, 20, 9), test_image(5, 5, 7)});
  ASSERT_EQ(outcomes.size(), 4U);
  EXPECT_EQ(predicted(outcomes[0]).probabilities, predicted(outcomes[1]).probabilities)
      << "grey repeated is colour";
  EXPECT_NE(predicted(outcomes[1]).probabilities, predicted(outcomes[2]).probabilities);
  EXPECT_EQ(predicted(outcomes[2]).probabilities,
            predicted(together(*node, {test_image(4, 20, 9)}).front()).probabilities);
}

TEST(Infer, NormalisesAsItsParametersSay) {
  const auto shares = [](const std::string& input, const Frame& frame) {
    return predicted(call(infer("classes.onnx", "input: {" + input + "}, " + three), frame)).probabilities;
  };
  const Frame frame = test_image(2);
  Frame real = frame;
  frame.pixels.convertTo(real.pixels, CV_64F, 1 / (255.0 * 0.25), -0.5 / 0.25);
  const auto expected = shares("", real), got = shares("scale: 255, mean: [0.5], deviation: [0.25]", frame);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(got[k], expected[k], 1e-5);
  EXPECT_NE(got, shares("scale: 255", frame));
  Frame shown = frame, padded = frame;
  shown.pixels = frame.pixels.clone();
  shown.pixels.at<std::uint8_t>(0, 0) = 9;
  padded.valid = cv::Mat{frame.pixels.size(), CV_8U, cv::Scalar{255}};
  padded.valid.at<std::uint8_t>(0, 0) = 0;
  EXPECT_EQ(shares("scale: 255, padding: 9", padded), shares("scale: 255", shown));
}

TEST(Infer, AThresholdIsOfTheSecondLabel) {
  const auto label = [](double threshold) {
    return predicted(call(infer("any_size.onnx",
                                "input: {layout: nhwc, repeat_grey: true, scale: 255}, output: {labels: "
                                "[no, yes], activation: sigmoid, name: logit, threshold: " +
                                    std::to_string(threshold) + "}"),
                          test_image(1)))
        .label;
  };
  EXPECT_EQ(label(0), 1U);
  EXPECT_EQ(label(1), 0U);
}

TEST(Infer, RefusesFramesThatDoNotFit) {
  const std::string yaml = infer("classes.onnx", three);
  EXPECT_EQ(reason(yaml, test_image(0, 8, 9)), "wrong_size");
  EXPECT_EQ(reason(yaml, Frame{.pixels = cv::Mat{8, 8, CV_8UC3, cv::Scalar{1, 2, 3}}}), "wrong_channels");
  Frame odd = test_image(0);
  odd.levels = 256;
  EXPECT_EQ(reason(yaml, odd), "codes_not_supported");
  odd = test_image(0);
  odd.photometric = Photometric::Monochrome1;
  EXPECT_EQ(reason(yaml, odd), "monochrome1");
  EXPECT_EQ(reason(infer("classes.onnx", "photometric: as_stored, " + three), odd), "");
  odd = test_image(0);
  odd.valid = cv::Mat::zeros(odd.pixels.size(), CV_8U);
  EXPECT_EQ(reason(yaml, odd), "padding");
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    odd = test_image(0);
    odd.pixels.convertTo(odd.pixels, CV_32F);
    odd.pixels.at<float>(3, 3) = value;
    EXPECT_EQ(reason(yaml, odd), "not_finite");
  }
  EXPECT_EQ(reason(infer("classes.onnx", "output: {labels: [a, b, c], activation: none}"), test_image(0)),
            "no_probabilities")
      << "logits are no probabilities";
}

// One member that does not fit leaves the others alone.
TEST(Infer, AFrameThatDoesNotFitFailsAlone) {
  const auto node = make_node(infer("classes.onnx", three));
  const std::vector<Outcome> outcomes = together(*node, {test_image(0), test_image(1, 3, 3), test_image(2)});
  EXPECT_EQ(outcomes[0].kind, Outcome::Kind::Value);
  ASSERT_EQ(outcomes[1].kind, Outcome::Kind::Failed);
  EXPECT_EQ(outcomes[1].error->reason, "wrong_size");
  EXPECT_EQ(outcomes[2].kind, Outcome::Kind::Value);
}

TEST(Infer, RefusesNetworksThatTakeNoImage) {
  EXPECT_THAT(refusal(infer("flat.onnx", three)),
              HasSubstr("flat.onnx takes an input of any x 10: no image"));
  EXPECT_THAT(refusal(infer("bytes.onnx", three)), HasSubstr("takes values of type u8"));
  EXPECT_THAT(refusal(infer("four.onnx", three)), HasSubstr("takes 4 images in each call"));
  EXPECT_THAT(
      refusal(infer("external.onnx", three)),
      HasSubstr("has weights in another file (external.bin), which the graph's digest does not cover"));
  EXPECT_THAT(refusal(infer("make.py", three)), HasSubstr("it is no ONNX file"));
  EXPECT_THAT(refusal(infer("classes.onnx", "input: {layout: nhwc}, " + three)), HasSubstr("8 channels"));
  EXPECT_THAT(refusal(infer("classes.onnx", "output: {labels: [a, b]}")),
              HasSubstr("gives 3 values for an image, and there are 2 labels"));
  EXPECT_THAT(refusal(infer("classes.onnx", "output: {labels: [a, b, a]}")), HasSubstr("each once"));
  EXPECT_THAT(refusal(infer("any_size.onnx", "output: {labels: [a, b]}")),
              HasSubstr("any_size.onnx has several outputs; name one: logit, embedding"));
  EXPECT_THAT(refusal(infer("any_size.onnx", "output: {labels: [a, b], name: logits}")),
              HasSubstr("has no output 'logits'"));
  EXPECT_THAT(refusal(infer("absent.onnx", three)), HasSubstr("absent.onnx"));
}

// Frames whose size is known before the first comes.
TEST(Infer, RefusesFramesOfAnotherSizeWhenTheGraphIsChecked) {
  const auto check = [](int width) {
    const Plan plan = load_plan_text(
        "sources: [phantom: {}]\nnodes:\n  - decode\n  - resize: {width: " + std::to_string(width) +
            ", height: 8}\n  - " + infer("classes.onnx", three) + "\nsinks: [stdout: {}]\n",
        "g.yaml");
    std::string all;
    for (const Diagnostic& one : refusals(plan, Purpose::Run)) all += one.message;
    return all;
  };
  EXPECT_EQ(check(8), "");
  EXPECT_THAT(check(9), HasSubstr("the network takes any x 1 x 8 x 8"));
  EXPECT_THAT(check(9), HasSubstr("frames of 9 x 8 pixels"));
}

}  // namespace
}  // namespace radflow
