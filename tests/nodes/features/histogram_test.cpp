#include <cmath>

#include "nodes/imaging/simd/binning.hpp"
#include "nodes/types/features.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

Features features(const std::string& yaml, const Frame& frame, const Mask& mask = {}) {
  const auto node = make_node(yaml);
  const std::array<Payload, 2> payloads{Payload::of(frame), Payload::of(mask)};
  const std::array<const Payload*, 2> inputs{payloads.data(), mask.labels.empty() ? nullptr : &payloads[1]};
  const Outcome outcome = node->call(inputs, FakeContext{});
  if (outcome.kind != Outcome::Kind::Value) {
    ADD_FAILURE() << yaml << " failed: " << outcome.error->detail;
    return {};
  }
  return outcome.value.as<Features>();
}

TEST(Binning, ABinHoldsItsLowerEdge) {
  const Binning binning{3, 0, 0.3, true};
  EXPECT_EQ(binning.bin_of(-1e-9), -1);
  EXPECT_EQ(binning.bin_of(0), 0);
  EXPECT_EQ(binning.bin_of(0.1), 1);
  EXPECT_EQ(binning.bin_of(0.3), 2);
  EXPECT_EQ(binning.bin_of(std::nan("")), -1);
  EXPECT_EQ((Binning{3, 0, 3, false}).bin_of(3), -1);
}

TEST(Binning, EdgesAreOnTheRightSideOfThemselves) {
  for (int bins = 1; bins < 200; ++bins) {
    const Binning binning{bins, -0.7, 1.1, true};
    for (int i = 0; i < bins; ++i) {
      EXPECT_EQ(binning.bin_of(binning.edge(i)), i) << bins;
      EXPECT_EQ(binning.bin_of(std::nextafter(binning.edge(i), -1)), i - 1) << bins;
    }
  }
}

TEST(Histogram, EightBitsHaveABinPerValue) {
  const Features result =
      features("histogram: {name: texture, normalized: false}", frame_of<std::uint8_t>({{0, 7, 7, 255}}));
  ASSERT_EQ(result.values.size(), 256U);
  EXPECT_EQ(result.values[0], 1);
  EXPECT_EQ(result.values[7], 2);
  EXPECT_EQ(result.values[255], 1);
  EXPECT_EQ(result.names->at(17), "texture.017");
  EXPECT_EQ(result.units, "stored");
  EXPECT_EQ(result.photometric, "MONOCHROME2");
}

TEST(Histogram, FewerBinsHoldEquallyManyValuesEach) {
  EXPECT_THAT(features("histogram: {bins: 4}", frame_of<std::uint8_t>({{0, 63, 64, 255}})).values,
              ElementsAre(0.5, 0.25, 0, 0.25));
}

TEST(Histogram, CodesHaveABinPerCode) {
  const Frame codes = run("lbp: {method: uniform}", frame_of<std::uint8_t>({{0, 0}, {0, 0}}));
  const Features result = features("histogram: {}", codes);
  ASSERT_EQ(result.values.size(), 10U);
  EXPECT_EQ(result.values[8], 1);  // every neighbour is as bright
  EXPECT_EQ(result.names->at(9), "histogram.9");
}

TEST(Histogram, RangeIsInTheFramesUnitsAndLeavesTheRestOut) {
  const Frame frame = frame_of<float>({{-1001, -1000, -0.5, 0, 400, 401, std::nanf("")}});
  EXPECT_THAT(features("histogram: {bins: 7, range: [-1000, 400], normalized: false}", frame).values,
              ElementsAre(1, 0, 0, 0, 1, 1, 1));
  EXPECT_THAT(features("histogram: {bin_width: 700, range: [-1000, 400], normalized: false}", frame).values,
              ElementsAre(1, 3));
}

// Bins of 30 from 100 on end at 160, and values up to there were counted though the range ends at 140.
TEST(Histogram, TheLastBinOfAWidthEndsWithTheRange) {
  const Frame frame = frame_of<float>({{99, 100, 129.5, 130, 140, 140.5, 150, 160}});
  EXPECT_THAT(features("histogram: {bin_width: 30, range: [100, 140], normalized: false}", frame).values,
              ElementsAre(2, 2));
  EXPECT_THAT(features("histogram: {bin_width: 30, range: [100, 140]}", frame).values,
              ElementsAre(0.25, 0.25));
  EXPECT_THAT(
      features("histogram: {bin_width: 30, range: [100, 140], normalized: false, grid: [1, 2]}", frame)
          .values,
      ElementsAre(2, 1, 0, 1));
  const Frame bytes = frame_of<std::uint8_t>({{99, 100, 129, 130, 140, 141, 150, 160}});
  const Mask mask = mask_of({{1, 1, 1, 1, 0, 1, 1, 1}});
  EXPECT_THAT(
      features("histogram: {bin_width: 30, range: [100, 140], normalized: false}", bytes, mask).values,
      ElementsAre(2, 1));
}

TEST(Histogram, NaNIsInNoBinAndCountsAsAPixel) {
  const Frame frame = frame_of<float>({{1, std::nanf(""), 3, std::nanf("")}});
  EXPECT_THAT(features("histogram: {bins: 2, range: [0, 4]}", frame).values, ElementsAre(0.25, 0.25));
}

TEST(Histogram, SaysThatBinsAndBinWidthAreBothGiven) {
  try {
    make_node("histogram: {bins: 4, bin_width: 5, range: [0, 20]}");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("both given"));
  }
}

TEST(Histogram, LeavesPaddingOut) {
  Frame frame = frame_of<std::uint8_t>({{0, 200, 200, 1}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 0, 255, 255, 255);
  const Features result = features("histogram: {bins: 2}", frame);
  EXPECT_THAT(result.values, ElementsAre(testing::DoubleEq(1 / 3.0), testing::DoubleEq(2 / 3.0)));
  frame.valid.setTo(0);
  EXPECT_EQ(reason("histogram: {}", frame), "no_valid_pixels");
}

TEST(Histogram, CountsByCellAndGivesRootsOfFractions) {
  const Features result = features("histogram: {name: t, bins: 2, grid: [1, 2], sqrt: true}",
                                   frame_of<std::uint8_t>({{0, 1, 2, 200, 3, 201}, {1, 1, 250, 0, 0, 0}}));
  EXPECT_THAT(*result.names, ElementsAre("t.r0.c0.0", "t.r0.c0.1", "t.r0.c1.0", "t.r0.c1.1"));
  EXPECT_THAT(result.values,
              ElementsAre(std::sqrt(5 / 6.), std::sqrt(1 / 6.), std::sqrt(4 / 6.), std::sqrt(2 / 6.)));
  EXPECT_THROW(make_node("histogram: {sqrt: true, normalized: false}"), ConfigError);
}

TEST(Histogram, ACellWithoutPixelsHasNoFractions) {
  Frame frame = frame_of<std::uint8_t>({{0, 200}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 2) << 255, 0);
  const Features result = features("histogram: {bins: 1, grid: [1, 2]}", frame);
  EXPECT_EQ(result.values[0], 1);
  EXPECT_TRUE(std::isnan(result.values[1]));
}

TEST(Histogram, AsksForARangeBeyondEightBits) {
  EXPECT_EQ(reason("histogram: {}", frame_of<std::uint16_t>({{1}})), "range_required");
  EXPECT_EQ(reason("histogram: {bins: 8}", frame_of<float>({{1}})), "range_required");
  EXPECT_THROW(make_node("histogram: {bin_width: 5}"), ConfigError);
  EXPECT_THROW(make_node("histogram: {range: [0, 5]}"), ConfigError);
  EXPECT_THROW(make_node("histogram: {bins: 5, range: [5, 0]}"), ConfigError);
  EXPECT_THROW(make_node("histogram: {bin_width: 0.001, range: [0, 1000]}"), ConfigError);
}

TEST(Histogram, RefusesWhatItWouldReadWrongly) {
  Frame inverted = frame_of<std::uint8_t>({{1, 2}});
  inverted.photometric = Photometric::Monochrome1;
  EXPECT_EQ(reason("histogram: {}", inverted), "monochrome1");
  EXPECT_EQ(features("histogram: {photometric: as_stored}", inverted).photometric, "MONOCHROME1");
  EXPECT_EQ(reason("histogram: {}", {.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{0})}),
            "colour_not_supported");
}

TEST(Histogram, MessagesShareTheirNames) {
  const auto node = make_node("histogram: {}");
  const Payload payload = Payload::of(frame_of<std::uint8_t>({{1}}));
  const Payload* input = &payload;
  const Outcome first = node->call({&input, 1}, FakeContext{}),
                second = node->call({&input, 1}, FakeContext{});
  EXPECT_EQ(first.value.as<Features>().names, second.value.as<Features>().names);
}

TEST(Histogram, OfTheCellsOfAGrid) {
  const Frame frame = frame_of<std::uint8_t>({{0, 0, 9, 9, 9}, {0, 1, 9, 8, 9}});
  const auto halves = features("histogram: {bins: 2, range: [0, 10], grid: [1, 2]}", frame);
  EXPECT_EQ(*halves.names, (std::vector<std::string>{"histogram.r0.c0.0", "histogram.r0.c0.1",
                                                     "histogram.r0.c1.0", "histogram.r0.c1.1"}));
  EXPECT_EQ(halves.values, (std::vector<double>{1, 0, 0, 1}));
  // Of cells without pixels the fractions are missing, and counts are 0.
  const auto many = features("histogram: {bins: 1, range: [0, 10], grid: [4, 1]}", frame);
  EXPECT_TRUE(std::isnan(many.values[0]) && many.values[1] == 1);
  EXPECT_EQ(features("histogram: {bins: 1, range: [0, 10], grid: [4, 1], normalized: false}", frame).values,
            (std::vector<double>{0, 5, 0, 5}));
}

}  // namespace
}  // namespace radflow
