#include "graph/register_payload.hpp"
#include "nodes/encode/result_json.hpp"
#include "nodes/types/boxes.hpp"
#include "tests/nodes/segment/pictures.hpp"

#include <nlohmann/json.hpp>

namespace radflow {
namespace {

using Rows = std::vector<std::vector<int>>;

Mask as_mask(Frame frame) {
  Mask mask;
  frame.pixels.convertTo(mask.labels, CV_16U);
  return mask;
}

TEST(Components, AreNumberedInTheOrderOfTheirFirstPixels) {
  const Mask mask = mask_of({{0, 0, 0, 5}, {5, 0, 5, 0}, {5, 0, 0, 9}});
  EXPECT_EQ(rows_of(made<Mask>("components: {}", mask)), (Rows{{0, 0, 0, 1}, {2, 0, 1, 0}, {2, 0, 0, 3}}));
  EXPECT_EQ(rows_of(made<Mask>("components: {neighbours: 4}", mask)),
            (Rows{{0, 0, 0, 1}, {2, 0, 3, 0}, {2, 0, 0, 4}}));
  EXPECT_EQ(rows_of(made<Mask>("components: {min_size: 2, neighbours: 4}", mask)),
            (Rows{{0, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}}));
  EXPECT_EQ(rows_of(made<Mask>("components: {label: 9}", mask)),
            (Rows{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 1}}));
  EXPECT_EQ(rows_of(made<Mask>("components: {keep: largest}", mask)),
            (Rows{{0, 0, 0, 1}, {0, 0, 1, 0}, {0, 0, 0, 0}}))
      << "of two of one size the first";
  EXPECT_EQ(rows_of(made<Mask>("components: {keep: largest}", mask_of({{0, 0}}))), (Rows{{0, 0}}));
}

// measure.label(noise(40, 50, 3, 3), connectivity=1 and 2).
TEST(Components, EqualScikitImagesLabel) {
  const Mask mask = as_mask(noise<std::uint8_t>(40, 50, 3, 3));
  EXPECT_EQ(checksum(made<Mask>("components: {neighbours: 4}", mask)), 466882330);
  EXPECT_EQ(checksum(made<Mask>("components: {neighbours: 8}", mask)), 141635892);
  // l = measure.label(noise(40, 50, 3, 2)); l == np.bincount(l.ravel())[1:].argmax() + 1
  EXPECT_EQ(checksum(made<Mask>("components: {keep: largest}", as_mask(noise<std::uint8_t>(40, 50, 3, 2)))),
            911136);
}

TEST(Components, MoreThanThereAreLabelsIsAnError) {
  cv::Mat labels = cv::Mat::zeros(520, 520, CV_16U);
  for (int row = 0; row < 520; row += 2)
    for (int column = 0; column < 520; column += 2) labels.at<std::uint16_t>(row, column) = 1;
  EXPECT_EQ(why("components: {}", Mask{labels}), "too_many_regions");
  EXPECT_EQ(why("components: {keep: largest}", Mask{labels}), "");
}

TEST(RegionGrowing, TakesWhatIsConnectedWithASeed) {
  const Frame frame = frame_of<std::int16_t>({{10, 11, 90, 12}, {90, 90, 13, 90}, {14, 90, 90, 90}});
  EXPECT_EQ(rows_of(made<Mask>("region_growing: {seeds: [[0, 0]], range: [10, 14]}", frame)),
            (Rows{{1, 1, 0, 1}, {0, 0, 1, 0}, {0, 0, 0, 0}}));
  EXPECT_EQ(
      rows_of(made<Mask>("region_growing: {seeds: [[0, 0], [0, 2]], range: [10, 14], neighbours: 4}", frame)),
      (Rows{{1, 1, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}}));
  EXPECT_EQ(rows_of(made<Mask>("region_growing: {seeds: [[2, 0]], range: [10, 14]}", frame)),
            (Rows{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}));
  EXPECT_EQ(why("region_growing: {seeds: [[4, 0]], range: [10, 14]}", frame), "seed_outside");
  EXPECT_EQ(why("region_growing: {seeds: [[0, 0]], range: [10, 14], unit: mm}", frame), "no_spacing");
  EXPECT_THROW(make_node("region_growing: {seeds: [], range: [0, 1]}"), ConfigError);
  EXPECT_THROW(make_node("region_growing: {seeds: [[1]], range: [0, 1]}"), ConfigError);
}

TEST(RegionGrowing, SeedsStayWhereTheyAreInTheSource) {
  Frame frame = frame_of<std::uint8_t>({{0, 0, 0, 0}, {0, 0, 9, 0}});
  frame.geometry = oblique();  // columns 0.5 mm apart, rows 0.8
  for (const char* seeds : {"seeds: [[2, 1]]", "seeds: [[1.0, 0.8]], unit: mm"}) {
    const std::string yaml = std::string{"region_growing: {range: [8, 9], "} + seeds + "}";
    EXPECT_EQ(rows_of(made<Mask>(yaml, frame)), (Rows{{0, 0, 0, 0}, {0, 0, 1, 0}}));
    EXPECT_EQ(rows_of(made<Mask>(yaml, run("flip: {}", frame))), (Rows{{0, 0, 0, 0}, {0, 1, 0, 0}}));
    const Frame large = run("resize: {width: 8, height: 4, interpolation: nearest}", frame);
    EXPECT_EQ(cv::countNonZero(made<Mask>(yaml, large).labels), 4);
  }
}

// segmentation.flood(hill, (20, 25), connectivity=1, tolerance=30); hill[20, 25] is 127.
TEST(RegionGrowing, EqualsScikitImagesFlood) {
  EXPECT_EQ(hill().pixels.at<std::uint8_t>(20, 25), 127);
  const std::string range = std::to_string(127 - 30) + ", " + std::to_string(127 + 30);
  EXPECT_EQ(checksum(made<Mask>("region_growing: {seeds: [[25, 20]], neighbours: 4, range: [" + range + "]}",
                                hill())),
            146978);
}

// sm = noise(40, 50, 11, 20000).astype(float) + 30000 * np.cos(x/8) * np.cos(y/6); m[20, 10] = 1; m[5, 40] = 2; m[30, 30] = 3;
// segmentation.watershed(sm, m, connectivity=1 and 2, mask=np.hypot(y-20, x-25) < 17)
TEST(Watershed, EqualsScikitImages) {
  Frame frame = noise<double>(40, 50, 11, 20000);
  cv::Mat inside(40, 50, CV_16U);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 50; ++x) {
      frame.pixels.at<double>(y, x) += 30000 * std::cos(x / 8.0) * std::cos(y / 6.0);
      inside.at<std::uint16_t>(y, x) = std::hypot(y - 20, x - 25) < 17;
    }
  Mask markers{cv::Mat::zeros(40, 50, CV_16U)};
  markers.labels.at<std::uint16_t>(20, 10) = 1;
  markers.labels.at<std::uint16_t>(5, 40) = 2;
  markers.labels.at<std::uint16_t>(30, 30) = 3;
  EXPECT_EQ(checksum(made<Mask>("watershed: {}", frame, markers)), 3840469);
  EXPECT_EQ(checksum(made<Mask>("watershed: {neighbours: 8}", frame, markers)), 5131529);
  EXPECT_EQ(checksum(made<Mask>("watershed: {}", frame, markers, Mask{inside})), 1861178);
}

TEST(Watershed, FloodsMeetAtTheRidge) {
  const Frame frame = frame_of<float>({{1, 2, 9, 3, 1}, {1, 2, 8, 3, std::nanf("")}});
  const Mask markers = mask_of({{4, 0, 0, 0, 7}, {0, 0, 0, 0, 7}});
  EXPECT_EQ(rows_of(made<Mask>("watershed: {}", frame, markers)), (Rows{{4, 4, 4, 7, 7}, {4, 4, 4, 7, 0}}))
      << "2 is flooded before 3: the ridge is reached from the left";
  EXPECT_EQ(rows_of(made<Mask>("watershed: {}", frame, mask_of({{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}))),
            (Rows{{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}));
  EXPECT_EQ(why("watershed: {}", frame, mask_of({{1}})), "geometry_mismatch");
}

TEST(Boxes, SurroundEachLabelInTheSource) {
  Mask mask = mask_of({{0, 3, 0}, {1, 0, 0}, {0, 3, 0}}, oblique());
  mask.names = {"nodule"};
  const auto json = [](const Boxes& boxes) {
    return nlohmann::ordered_json::parse(
        result_json(Payload::of(boxes), *PayloadRegistry::instance().find("boxes"), FakeContext{}))["boxes"];
  };
  const Boxes boxes = made<Boxes>("boxes: {}", mask);
  EXPECT_EQ(
      json(boxes).dump(),
      R"([{"label":1,"name":"nodule","x":0.0,"y":1.0,"width":1.0,"height":1.0,"x_mm":0.0,"y_mm":0.8,)"
      R"("width_mm":0.5,"height_mm":0.8},{"label":3,"x":1.0,"y":0.0,"width":1.0,"height":3.0,"x_mm":0.5,)"
      R"("y_mm":0.0,"width_mm":0.5,"height_mm":2.4000000000000004}])");
  EXPECT_EQ(made<Boxes>("boxes: {label: 3}", mask).list.size(), 1U);
  EXPECT_EQ(json(made<Boxes>("boxes: {}", mask_of({{0}}))).dump(), "[]");
  for (const char* yaml : {"flip: {}", "flip: {direction: vertical}", "rotate: {angle: 180}"}) {
    const auto back = json(made<Boxes>("boxes: {}", made<Mask>(yaml, mask)));
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back, json(boxes)) << yaml;
  }
}

// Of a disc of 31 pixels the turned rectangle was 43 pixels wide at 45 degrees, and began outside the image.
TEST(Boxes, OfATurnedImageSurroundTheLabelInTheSource) {
  Frame frame = frame_of<std::uint8_t>({{0}});
  frame.pixels = cv::Mat::zeros(64, 80, CV_8U);
  for (int row = 0; row < 64; ++row)
    for (int column = 0; column < 80; ++column)
      if (std::hypot(column - 15, row - 32) <= 15.5) frame.pixels.at<std::uint8_t>(row, column) = 255;
  frame.geometry.source_columns = 80;
  frame.geometry.source_rows = 64;
  for (const int angle : {10, 30, 45, -60}) {
    const Frame turned = run("rotate: {angle: " + std::to_string(angle) + "}", frame);
    const Boxes boxes = made<Boxes>("boxes: {}", made<Mask>("threshold: {min: 128}", turned));
    ASSERT_EQ(boxes.list.size(), 1U);
    ASSERT_TRUE(boxes.list[0].in_source);
    const SourceRectangle at = *boxes.list[0].in_source;
    EXPECT_GE(at.x, 0) << angle;
    EXPECT_NEAR(at.x, 0, 1) << angle;
    EXPECT_NEAR(at.y, 17, 1) << angle;
    EXPECT_NEAR(at.width, 31, 1.5) << angle;
    EXPECT_NEAR(at.height, 31, 1.5) << angle;
  }
  EXPECT_FALSE(
      made<Boxes>("boxes: {}", made<Mask>("rotate: {angle: 90}", mask_of({{0, 1}}))).list[0].in_source);
}

TEST(Boxes, HaveAScoreWhereOneIsAskedFor) {
  const Mask mask = mask_of({{1, 1, 0, 2}, {1, 0, 0, 2}});
  Frame frame = frame_of<float>({{0.5F, 0.25F, 9, 0.5F}, {0.75F, 9, 9, 0.75F}});
  const auto scores = [&](const Boxes& boxes) {
    std::vector<std::optional<double>> all;
    for (const Box& box : boxes.list) all.push_back(box.score);
    return all;
  };
  using Scores = std::vector<std::optional<double>>;
  EXPECT_EQ(scores(made<Boxes>("boxes: {}", mask, frame)), (Scores{std::nullopt, std::nullopt}));
  EXPECT_EQ(scores(made<Boxes>("boxes: {score: mean}", mask, frame)), (Scores{0.5, 0.625}));
  EXPECT_EQ(scores(made<Boxes>("boxes: {score: maximum}", mask, frame)), (Scores{0.75, 0.75}));
  EXPECT_EQ(scores(made<Boxes>("boxes: {score: area}", mask)), (Scores{3, 2}));
  frame.valid = cv::Mat(2, 4, CV_8U, cv::Scalar(255));
  frame.valid.col(3).setTo(0);
  frame.valid.at<std::uint8_t>(0, 1) = 0;
  EXPECT_EQ(scores(made<Boxes>("boxes: {score: mean}", mask, frame)), (Scores{0.625, std::nullopt}));
  const auto written = [&](const std::string& yaml) {
    return result_json(Payload::of(made<Boxes>(yaml, mask, frame)),
                       *PayloadRegistry::instance().find("boxes"), FakeContext{});
  };
  EXPECT_THAT(written("boxes: {score: mean}"), testing::HasSubstr(R"("score":0.625,"x":0.0)"));
  EXPECT_THAT(written("boxes: {}"), testing::Not(testing::HasSubstr("score")));
}

TEST(Boxes, TakeTheirScoreFromAnImageThatFits) {
  const Mask mask = mask_of({{1, 0}});
  const auto with = [](float value) { return frame_of<float>({{value, 1}}); };
  EXPECT_EQ(why("boxes: {score: mean}", mask, frame_of<float>({{1, 2, 3}})), "geometry_mismatch");
  EXPECT_EQ(why("boxes: {score: mean}", mask, with(std::nanf(""))), "not_finite");
  EXPECT_EQ(why("boxes: {score: mean}", mask_of({{0, 1}}), with(std::nanf(""))), "") << "where no box is";
  EXPECT_EQ(why("boxes: {score: area}", mask, with(std::nanf(""))), "") << "which reads no image";
}

}  // namespace
}  // namespace radflow
