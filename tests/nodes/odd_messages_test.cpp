// Every node is called with odd messages: whatever it fails or warns for is declared in its specification. The test in
// declared_reasons_test.cpp reads the sources for the same purpose; here the reasons are those that come up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "graph/run/guarded_call.hpp"
#include "graph/run/undeclared.hpp"
#include "nodes/types/features.hpp"
#include "tests/nodes/frames.hpp"

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
  add([](Frame& frame) {
    frame.pixels.convertTo(frame.pixels, CV_32F);
    frame.pixels.at<float>(1, 1) = std::numeric_limits<float>::quiet_NaN();
  });
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

std::vector<Payload> odd_messages(const PayloadType* type) {
  std::vector<Payload> all;
  for (const auto& some : {odd_frames(), odd_records(), odd_features()})
    for (const Payload& payload : some)
      if (!type || same_type(type, payload.type())) all.push_back(payload);
  return all;
}

// The forms of each node that are called. `classify` needs a model: classify_test.cpp has its reasons. A node that
// gathers is not called with one message: collect_test.cpp has its reasons.
std::vector<std::string> forms(const Spec& spec) {
  if (spec.name == "concat") return {"concat: {}"};
  if (spec.name == "filter" || spec.name == "route") return {spec.name + ": {field: deviation, min: 0}"};
  if (spec.name == "encode")
    return {"encode: {format: json}", "encode: {format: png}", "encode: {format: npy}"};
  std::vector<std::string> forms{spec.name + ": {}"};
  if (spec.name == "resize" || spec.name == "rotate") forms = {};  // they need parameters
  if (spec.name == "invert")
    forms = {"invert: {about: bits_stored}", "invert: {about: range, range: [0, 9000]}"};
  if (!spec.example.empty()) forms.push_back(spec.example.substr(2));  // without "- "
  return forms;
}

TEST(OddMessages, EndForReasonsThatEveryNodeDeclares) {
  std::size_t called = 0;
  Reasons seen;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node)) {
    if (spec->name == "classify" || spec->arity == Arity::Gathered) continue;
    ++called;
    const auto reason_is_declared = [&](ReasonKind kind, const Error& error) {
      seen.insert(error.reason);
      const auto wrong = undeclared(*spec, kind, error.reason);
      EXPECT_FALSE(wrong) << wrong->detail << ": " << error.detail;
      EXPECT_NE(error.reason, "exception") << spec->name << ": " << error.detail;
    };
    for (const std::string& form : forms(*spec)) {
      const auto node = make_node(form);
      for (const Payload& payload : odd_messages(spec->inputs.front().type)) {
        const Payload* input = &payload;
        const FakeContext context;
        const Outcome outcome = guarded_call(*node, {&input, 1}, context, spec->outputs);
        if (outcome.error) reason_is_declared(ReasonKind::Error, *outcome.error);
        for (const Outcome::Piece& piece : outcome.pieces)
          if (!piece.value) reason_is_declared(ReasonKind::Error, piece.value.error());
        for (const Error& warning : context.the_warnings) reason_is_declared(ReasonKind::Warning, warning);
      }
    }
  }
  EXPECT_GE(called, 18U);
  for (const char* reason :
       {"colour_not_supported", "monochrome1", "no_valid_pixels", "not_finite", "empty", "truncated",
        "unknown_format", "no_window", "no_such_feature", "duplicate_feature", "unsupported_payload"})
    EXPECT_TRUE(seen.contains(reason)) << "the messages are odd enough for " << reason;
}

}  // namespace
}  // namespace radflow
