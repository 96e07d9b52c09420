// Bad input at every node: frames of one value, of one pixel, with NaN or infinities in them, with the extremes of 16 bit
// signed, and masks without a label. Each node gives a defined value, or ends the message for a reason that it declares; what
// is missing is said to be so. Nor does a node write into its input, which other branches read: good frames of each depth are
// among them for that. Features of other length and training by one class are in classify_test.cpp, networks that take
// another input in infer_test.cpp.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "graph/run/guarded_call.hpp"
#include "graph/run/undeclared.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/mask.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/node_forms.hpp"

namespace radflow {
namespace {

struct BadFrame {
  std::string name;
  Frame frame;
  bool finite = true;
};

constexpr int side = 24;
constexpr float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();

Frame texture(int depth = CV_32F) {
  cv::Mat pixels(side, side, depth);
  cv::RNG random{3};
  random.fill(pixels, cv::RNG::UNIFORM, -500, 1500);
  return Frame{.pixels = pixels};
}
Frame constant(int type, double value, int size = side) {
  return Frame{.pixels = cv::Mat{size, size, type, cv::Scalar{value}}};
}
Frame with(float value, int row, int column) {
  Frame frame = texture();
  frame.pixels.at<float>(row, column) = value;
  return frame;
}
Frame extremes() {
  Frame frame = constant(CV_16S, 0);
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column)
      frame.pixels.at<short>(row, column) = (row * 7 + column * 3) % 5 < 2 ? -32768 : 32767;
  return frame;
}

std::vector<BadFrame> bad_frames() {
  return {{"one value, 8 bit", constant(CV_8U, 7)},
          {"one value, 16 bit", constant(CV_16U, 65535)},
          {"one value, float", constant(CV_32F, -1000.5)},
          {"one pixel, 8 bit", constant(CV_8U, 7, 1)},
          {"one pixel, float", constant(CV_32F, -1000.5, 1)},
          {"extremes of 16 bit signed", extremes()},
          {"the least of 16 bit signed", constant(CV_16S, -32768)},
          {"NaN in it", with(nan, 11, 12), false},
          {"NaN in a corner", with(nan, 0, 0), false},
          {"infinite in it", with(inf, 11, 12), false},
          {"minus infinite in it", with(-inf, 5, 6), false},
          {"all NaN", constant(CV_32F, nan), false},
          {"texture, 8 bit", texture(CV_8U)},
          {"texture, 16 bit", texture(CV_16S)},
          {"texture, float", texture()},
          {"texture, double", texture(CV_64F)}};
}

struct BadMask {
  std::string name;
  std::optional<Mask> mask;
};
std::vector<BadMask> bad_masks(cv::Size size) {
  return {{"no mask", std::nullopt},
          {"an empty mask", Mask{cv::Mat::zeros(size, CV_16U)}},
          {"a mask of all pixels", Mask{cv::Mat{size, CV_16U, cv::Scalar{1}}}}};
}

bool all_finite(const cv::Mat& pixels) {
  cv::Mat wide;
  pixels.convertTo(wide, CV_64F);
  return cv::checkRange(wide);
}

bool same_bytes(const cv::Mat& one, const cv::Mat& other) {
  return std::memcmp(one.data, other.data, one.total() * one.elemSize()) == 0;
}

std::string description(const Spec& spec) {
  std::string all = spec.sentence;
  for (const ParamSpec& param : spec.params) all += " " + param.sentence;
  for (const ReasonSpec& reason : spec.errors) all += " " + std::string{reason.sentence};
  return all;
}

// What is not defined about what a node gave; "" if all is.
std::string undefined(const Payload& payload, const Spec& spec, bool finite_input) {
  if (const auto* frame = payload.get<Frame>()) {
    if (frame->pixels.empty()) return "a frame without pixels";
    if (finite_input && !all_finite(frame->pixels)) return "a frame with values that are not finite";
  }
  if (const auto* features = payload.get<Features>()) {
    for (std::size_t i = 0; i < features->values.size(); ++i) {
      const double value = features->values[i];
      const std::string name = features->names->at(i);
      if (std::isinf(value)) return name + " is infinite";
      if (std::isnan(value) && description(spec).find("missing") == std::string::npos)
        return name + " is NaN, and the description says nothing of missing values";
    }
  }
  if (const auto* prediction = payload.get<Prediction>())
    for (const double share : prediction->probabilities)
      if (!(share >= 0 && share <= 1)) return "a probability outside 0 to 1";
  return "";
}

class BadInput {
 public:
  explicit BadInput(const Spec& spec) : spec_{spec} {}

  // Calls the node, and says what is wrong with how it ends.
  void call(NodeBody& node, const std::vector<const Payload*>& inputs, bool finite, const std::string& what) {
    const FakeContext context;
    const Outcome outcome = guarded_call(node, inputs, context, spec_.outputs);
    if (outcome.error) ended(*outcome.error, what);
    if (outcome.kind == Outcome::Kind::Value) gave(outcome.value, finite, what);
    for (const Payload& other : outcome.values)
      if (other) gave(other, finite, what);
    for (const Outcome::Piece& piece : outcome.pieces)
      if (piece.value)
        gave(*piece.value, finite, what);
      else
        ended(piece.value.error(), what);
  }

 private:
  void ended(const Error& error, const std::string& what) {
    EXPECT_NE(error.reason, "exception") << what << ": " << error.detail;
    EXPECT_FALSE(undeclared(spec_, ReasonKind::Error, error.reason)) << what << ": " << error.reason;
    EXPECT_FALSE(error.detail.empty()) << what << ": " << error.reason << " says nothing";
  }
  void gave(const Payload& payload, bool finite, const std::string& what) {
    EXPECT_EQ(undefined(payload, spec_, finite), "") << what;
  }

  const Spec& spec_;
};

bool may_take(const PortSpec& port, const Payload& payload) {
  return !port.type || takes(port.type, payload.type());
}

TEST(BadInput, GivesADefinedValueOrADeclaredErrorAtEveryNode) {
  std::size_t called = 0;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node)) {
    if (spec->name == "classify" || spec->name == "regress" || spec->arity == Arity::Gathered) continue;
    BadInput test{*spec};
    for (const std::string& form : forms(*spec)) {
      const auto node = make_node(form);
      for (const BadFrame& bad : bad_frames())
        for (const BadMask& mask : bad_masks(bad.frame.pixels.size())) {
          const Payload frame = Payload::of(bad.frame);
          const Payload labels = mask.mask ? Payload::of(*mask.mask) : Payload{};
          // Frame and mask in the order of the ports; a port for something else is not called here.
          std::vector<const Payload*> inputs;
          bool fits = true;
          for (const PortSpec& port : spec->inputs) {
            const bool first = inputs.empty();
            if (first && may_take(port, frame))
              inputs.push_back(&frame);
            else if (mask.mask && may_take(port, labels))
              inputs.push_back(&labels);
            else if (port.optional)
              inputs.push_back(nullptr);
            else
              fits = false;
          }
          if (!fits || inputs.empty()) continue;
          ++called;
          const std::string what = form + " of " + bad.name + " and " + mask.name;
          const cv::Mat before = bad.frame.pixels.clone();
          test.call(*node, inputs, bad.finite, what);
          EXPECT_TRUE(same_bytes(bad.frame.pixels, before)) << what << ": the input was written to";
        }
    }
  }
  EXPECT_GT(called, 1000U);
}

// A NaN among the values made a mean of NaN, an order of percentiles that depended on where it stood, and infinite features.
TEST(BadInput, FeaturesOfWhatIsNotFiniteAreErrorsUnlessItDoesNotCount) {
  for (const std::string node : {"statistics", "pixels", "gabor", "wavelet", "hu_moments"}) {
    Frame frame = with(nan, 11, 12);
    EXPECT_EQ(reason(node, frame), "not_finite") << node;
    EXPECT_EQ(reason(node, with(inf, 11, 12)), "not_finite") << node;
    frame.valid = cv::Mat{frame.pixels.size(), CV_8U, cv::Scalar{255}};
    frame.valid.at<std::uint8_t>(11, 12) = 0;
    EXPECT_EQ(reason(node, frame), "") << node << ": padding";
  }
}

// Masks and features where a node takes them first: without a label, of one pixel, without a value, of none.
std::vector<std::pair<std::string, Payload>> bad_others() {
  const auto names = [](std::vector<std::string> some) {
    return std::make_shared<const std::vector<std::string>>(std::move(some));
  };
  const double missing = std::numeric_limits<double>::quiet_NaN();
  return {
      {"an empty mask", Payload::of(Mask{cv::Mat::zeros(side, side, CV_16U)})},
      {"an empty mask of one pixel", Payload::of(Mask{cv::Mat::zeros(1, 1, CV_16U)})},
      {"a mask of one pixel", Payload::of(Mask{cv::Mat{1, 1, CV_16U, cv::Scalar{65535}}})},
      {"a mask of all pixels", Payload::of(Mask{cv::Mat{side, side, CV_16U, cv::Scalar{1}}})},
      {"no features", Payload::of(Features{names({}), {}, "stored", "MONOCHROME2"})},
      {"a missing feature", Payload::of(Features{names({"deviation"}), {missing}, "stored", "MONOCHROME2"})}};
}

TEST(BadInput, OfMasksAndFeaturesEndsSoToo) {
  std::size_t called = 0;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node)) {
    if (spec->name == "classify" || spec->name == "regress" || spec->arity == Arity::Gathered ||
        !spec->inputs.front().type)
      continue;
    BadInput test{*spec};
    for (const std::string& form : forms(*spec)) {
      const auto node = make_node(form);
      for (const auto& [name, payload] : bad_others()) {
        const bool alone =
            std::ranges::all_of(spec->inputs.begin() + 1, spec->inputs.end(), &PortSpec::optional);
        if (!alone || !may_take(spec->inputs.front(), payload)) continue;
        std::vector<const Payload*> inputs(spec->inputs.size());
        inputs.front() = &payload;
        ++called;
        test.call(*node, inputs, true, form + " of " + name);
      }
    }
  }
  EXPECT_GT(called, 30U);
}

}  // namespace
}  // namespace radflow
