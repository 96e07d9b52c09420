// Every node is called with odd messages: whatever it fails or warns for is declared in its specification. The test in
// declared_reasons_test.cpp reads the sources for the same purpose; here the reasons are those that come up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "graph/run/guarded_call.hpp"
#include "graph/run/undeclared.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/mask.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/node_forms.hpp"

namespace radflow {
namespace {

using Reasons = std::set<std::string>;

std::vector<Payload> odd_frames() {
  const Frame plain = frame_of<std::uint8_t>({{0, 50, 100}, {150, 200, 250}, {3, 2, 1}});
  std::vector<Payload> payloads{Payload::of(plain)};
  const auto add = [&](auto change) {
    Frame frame = plain;
    change(frame);
    payloads.push_back(Payload::of(std::move(frame)));
  };
  add([](Frame& frame) { frame.photometric = Photometric::Monochrome1; });
  add([](Frame& frame) { frame.levels = 251; });
  add([](Frame& frame) { frame.valid = cv::Mat::zeros(frame.pixels.size(), CV_8U); });
  add([](Frame& frame) { frame.windows = {{.center = 1, .width = -3}}; });
  add([](Frame& frame) { frame.voi_luts = {VoiLut{}}; });
  add([](Frame& frame) { frame.pixels = cv::Mat{3, 3, CV_8UC3, cv::Scalar{1, 2, 3}}; });
  add([](Frame& frame) { frame.pixels = cv::Mat{300, 300, CV_8U, cv::Scalar{7}}; });
  for (const int depth : {CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F})
    add([depth](Frame& frame) { frame.pixels.convertTo(frame.pixels, depth, 100, -5); });
  for (const float odd : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    add([odd](Frame& frame) {
      frame.pixels.convertTo(frame.pixels, CV_32F);
      frame.pixels.at<float>(1, 1) = odd;
    });
  add([](Frame& frame) { frame.pixels = cv::Mat(1, 1, CV_8U, cv::Scalar{200}); });
  add([](Frame& frame) { frame.pixels = (cv::Mat_<short>(3, 3) << -32768, 32767, 0, -1, 1, 2, 3, 4, 5); });
  add([](Frame& frame) { frame.valid = (cv::Mat_<std::uint8_t>(3, 3) << 0, 0, 0, 0, 255, 0, 0, 0, 0); });
  return payloads;
}

std::vector<Payload> odd_records() {
  std::vector<std::uint8_t> bytes;
  cv::imencode(".png", cv::Mat{3, 3, CV_8U, cv::Scalar{7}}, bytes);
  const std::string png{bytes.begin(), bytes.end()};
  std::string damaged = png;
  damaged[png.size() / 2] ^= 0x55;
  std::vector<Payload> payloads;
  for (const std::string& text :
       {std::string{}, std::string{"text"}, png, png.substr(0, 20), png.substr(0, png.size() - 4), damaged,
        std::string(128, '\0').append("DICM"), std::string{"II*\0\1\2\3\4", 8},
        std::string{"\xff\xd8\xff\xe0"}}) {
    Record record;
    record.value = Bytes::of(text);
    payloads.push_back(Payload::of(std::move(record)));
  }
  return payloads;
}

std::vector<Payload> odd_features() {
  const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"mean", "mean"});
  return {Payload::of(Features{names, {1, std::numeric_limits<double>::infinity()}, "HU", ""})};
}

// On the grid of most of the odd frames, but the last two.
std::vector<Payload> odd_masks() {
  const cv::Mat labels = (cv::Mat_<std::uint16_t>(3, 3) << 0, 1, 1, 7, 0, 1, 65535, 0, 2);
  return {Payload::of(Mask{labels}), Payload::of(Mask{cv::Mat::zeros(3, 3, CV_16U)}),
          Payload::of(Mask{cv::Mat(1, 1, CV_16U, cv::Scalar{1})}),
          Payload::of(Mask{cv::Mat::zeros(1, 1, CV_16U)})};
}

std::vector<Payload> odd_boxes() {
  return {Payload::of(Boxes{{}, 3, 3, {}}), Payload::of(Boxes{{{1, "", 1, 1, 2, 2}}, 3, 3, {}}),
          Payload::of(Boxes{{{1, "", 0, 0, 1, 1}}, 1, 1, {}})};
}

std::vector<Payload> odd_messages(const PayloadType* type) {
  std::vector<Payload> all;
  for (const auto& some : {odd_frames(), odd_records(), odd_features(), odd_masks(), odd_boxes()})
    for (const Payload& payload : some)
      if (!type || takes(type, payload.type())) all.push_back(payload);
  return all;
}

// What a node may be called with: each odd message at its first input, and with each of them, at the inputs behind it, in
// turn every odd message and none where that is optional.
std::vector<std::vector<const Payload*>> odd_calls(const Spec& spec,
                                                   const std::vector<std::vector<Payload>>& messages) {
  std::vector<std::vector<const Payload*>> calls;
  for (const Payload& first : messages.front()) {
    std::size_t most = 1;
    for (std::size_t port = 1; port < messages.size(); ++port)
      most = std::max(most, messages[port].size() + 1);
    for (std::size_t turn = 0; turn < most; ++turn) {
      std::vector<const Payload*>& call = calls.emplace_back();
      call.push_back(&first);
      for (std::size_t port = 1; port < messages.size(); ++port) {
        const std::size_t count = messages[port].size() + (spec.inputs[port].optional ? 1 : 0);
        const std::size_t at = (turn + port - 1) % count;
        call.push_back(at < messages[port].size() ? &messages[port][at] : nullptr);
      }
    }
  }
  return calls;
}

TEST(OddMessages, EndForReasonsThatEveryNodeDeclares) {
  std::size_t called = 0;
  Reasons seen;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node)) {
    if (spec->name == "classify" || spec->name == "regress" || spec->arity == Arity::Gathered) continue;
    ++called;
    const auto reason_is_declared = [&](ReasonKind kind, const Error& error) {
      seen.insert(error.reason);
      const auto wrong = undeclared(*spec, kind, error.reason);
      EXPECT_FALSE(wrong) << wrong->detail << ": " << error.detail;
      EXPECT_NE(error.reason, "exception") << spec->name << ": " << error.detail;
    };
    for (const std::string& form : forms(*spec)) {
      const auto node = make_node(form);
      std::vector<std::vector<Payload>> messages;
      for (const PortSpec& port : spec->inputs) messages.push_back(odd_messages(port.type));
      for (const auto& inputs : odd_calls(*spec, messages)) {
        const FakeContext context;
        const Outcome outcome = guarded_call(*node, inputs, context, spec->outputs);
        if (outcome.error) reason_is_declared(ReasonKind::Error, *outcome.error);
        for (const Outcome::Piece& piece : outcome.pieces)
          if (!piece.value) reason_is_declared(ReasonKind::Error, piece.value.error());
        for (const Error& warning : context.the_warnings) reason_is_declared(ReasonKind::Warning, warning);
      }
    }
  }
  EXPECT_GE(called, 18U);
  for (const char* reason : {"colour_not_supported", "monochrome1", "no_valid_pixels", "not_finite", "empty",
                             "truncated", "unknown_format", "no_window", "no_such_feature",
                             "geometry_mismatch", "duplicate_feature", "unsupported_payload"})
    EXPECT_TRUE(seen.contains(reason)) << "the messages are odd enough for " << reason;
}

}  // namespace
}  // namespace radflow
