#include "nodes/types/mask.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "graph/register_payload.hpp"
#include "nodes/encode/image_bytes.hpp"
#include "nodes/encode/result_json.hpp"
#include "nodes/imaging/geometry.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

TEST(Mask, IsWrittenAsItsLabelsAndWhereItLies) {
  Mask mask = mask_of({{0, 1, 1}, {3, 3, 1}}, oblique());
  mask.names = {"lung", "", "heart"};
  const std::string text =
      result_json(Payload::of(mask), *PayloadRegistry::instance().find("mask"), FakeContext{});
  const Json json = Json::parse(text);
  EXPECT_EQ(json["kind"], "mask");
  EXPECT_EQ(json["labels"].dump(), R"([{"label":1,"name":"lung","pixels":3,"area_mm2":1.2000000000000002},)"
                                   R"({"label":3,"name":"heart","pixels":2,"area_mm2":0.8}])");
  EXPECT_EQ(json["rows"], 2);
  EXPECT_EQ(json["column_spacing_mm"], 0.5);
  EXPECT_EQ(json["position_mm"], Json({-12.5, 40, 7}));
  EXPECT_EQ(PayloadRegistry::instance().find("mask")->summary(json), "2 labels, 5 pixels");
  EXPECT_EQ(Json::parse(result_json(Payload::of(mask_of({{0, 0}})), *PayloadRegistry::instance().find("mask"),
                                    FakeContext{}))["labels"]
                .dump(),
            "[]");
}

TEST(Mask, CountsItsBytesAndNamesItsLabels) {
  Mask mask = mask_of({{0, 1, 1}, {3, 3, 1}});
  EXPECT_EQ(mask.bytes(), sizeof(Mask) + 6 * sizeof(std::uint16_t));
  mask.names = {"lung"};
  EXPECT_EQ(mask.label_name(1), "lung");
  EXPECT_EQ(mask.label_name(2), "");
  EXPECT_EQ(mask.label_name(0), "");
}

TEST(Mask, BecomesAPngOfItsLabels) {
  const auto decoded = [](const Mask& mask) {
    const std::string png = to_png(mask);
    return cv::imdecode(std::vector<char>{png.begin(), png.end()}, cv::IMREAD_UNCHANGED);
  };
  const cv::Mat small = decoded(mask_of({{0, 255}, {7, 1}}));
  EXPECT_EQ(small.type(), CV_8U);
  EXPECT_EQ(largest_difference(small, (cv::Mat_<std::uint8_t>(2, 2) << 0, 255, 7, 1)), 0);
  const cv::Mat large = decoded(mask_of({{0, 65535}}));
  EXPECT_EQ(large.type(), CV_16U);
  EXPECT_EQ(large.at<std::uint16_t>(0, 1), 65535);
  EXPECT_EQ(call_with("encode: {format: png}", {Payload::of(mask_of({{1}}))}).kind, Outcome::Kind::Value);
  EXPECT_EQ(call_with("encode: {format: npy}", {Payload::of(mask_of({{1}}))}).kind, Outcome::Kind::Value);
}

TEST(Mask, IsFlippedAndResizedAsItsFrameIs) {
  const Mask mask = mask_of({{1, 2, 0}, {0, 0, 3}}, oblique());
  Frame frame = frame_of<std::uint8_t>({{1, 2, 3}, {4, 5, 6}});
  frame.geometry = oblique();
  for (const char* yaml : {"flip: {direction: horizontal}", "flip: {direction: vertical}",
                           "resize: {width: 6, height: 2}", "rotate: {angle: 90}", "rotate: {angle: 33}"}) {
    const Mask result = made<Mask>(yaml, mask);
    const Frame image = run(yaml, frame);
    EXPECT_EQ(result.labels.size(), image.pixels.size());
    EXPECT_EQ(result.geometry.to_source, image.geometry.to_source) << yaml;
    EXPECT_EQ(result.geometry.position, image.geometry.position) << yaml;
  }
  EXPECT_EQ(rows_of(made<Mask>("flip: {}", mask)), (std::vector<std::vector<int>>{{0, 2, 1}, {3, 0, 0}}));
  EXPECT_EQ(
      rows_of(made<Mask>("resize: {width: 6, height: 1, interpolation: cubic}", mask_of({{1, 60000, 0}}))),
      (std::vector<std::vector<int>>{{1, 1, 60000, 60000, 0, 0}}));
}

TEST(Mask, IsTurnedToTheNearestLabelAndHasNoneBeyondItsEdge) {
  const Mask square = mask_of({{1, 2}, {3, 4}});
  EXPECT_EQ(rows_of(made<Mask>("rotate: {angle: 90}", square)),
            (std::vector<std::vector<int>>{{2, 4}, {1, 3}}));
  const Mask row = mask_of({{0, 0, 0}, {7, 8, 9}, {0, 0, 0}});
  EXPECT_EQ(rows_of(made<Mask>("rotate: {angle: 45, fill: 5}", row)),
            (std::vector<std::vector<int>>{{0, 0, 9}, {0, 8, 0}, {7, 0, 0}}));
}

}  // namespace
}  // namespace radflow
