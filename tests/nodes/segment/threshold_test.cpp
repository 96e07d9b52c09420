#include <cmath>
#include <limits>

#include "nodes/types/features.hpp"
#include "tests/nodes/segment/pictures.hpp"

namespace radflow {
namespace {

using Rows = std::vector<std::vector<int>>;

Mask segmented(const std::string& yaml, const Frame& frame) {
  const Outcome outcome = call_with(yaml, {Payload::of(frame)});
  EXPECT_FALSE(outcome.error) << yaml << ": " << outcome.error->detail;
  if (outcome.error) return {};
  return (outcome.values.empty() ? outcome.value : outcome.values[0]).as<Mask>();
}

double otsu_threshold(const std::string& yaml, const Frame& frame) {
  return call_with(yaml, {Payload::of(frame)}).values.at(1).as<Features>().values.at(0);
}

TEST(Threshold, BothEndsBelongToIt) {
  const float nan = std::nanf(""), infinite = std::numeric_limits<float>::infinity();
  const Frame frame = frame_of<float>({{-161, -160, 0, 240, 241, nan, infinite, -infinite}});
  EXPECT_EQ(rows_of(segmented("threshold: {min: -160, max: 240}", frame)), (Rows{{0, 1, 1, 1, 0, 0, 0, 0}}));
  EXPECT_EQ(rows_of(segmented("threshold: {min: 240}", frame)), (Rows{{0, 0, 0, 1, 1, 0, 1, 0}}));
  EXPECT_EQ(rows_of(segmented("threshold: {max: -161}", frame)), (Rows{{1, 0, 0, 0, 0, 0, 0, 1}}));
  EXPECT_THROW(make_node("threshold: {}"), ConfigError);
  EXPECT_THROW(make_node("threshold: {min: 2, max: 1}"), ConfigError);
}

TEST(Threshold, KeepsTheGeometryAndTheNamesAndLeavesPaddingOut) {
  Frame frame = frame_of<std::int16_t>({{-32768, 5}, {32767, 5}});
  frame.geometry = oblique();
  frame.valid = (cv::Mat_<std::uint8_t>(2, 2) << 255, 255, 255, 0);
  const Mask mask = segmented("threshold: {min: -40000, names: [tissue]}", frame);
  EXPECT_EQ(rows_of(mask), (Rows{{1, 1}, {1, 0}}));
  EXPECT_EQ(mask.label_name(1), "tissue");
  EXPECT_EQ(mask.geometry.position, oblique().position);
}

TEST(Threshold, IsBoundedByAMask) {
  const Frame frame = frame_of<std::uint8_t>({{5, 5, 5, 1}});
  const Mask mask = mask_of({{0, 1, 2, 2}});
  EXPECT_EQ(rows_of(made<Mask>("threshold: {min: 5}", frame, mask)), (Rows{{0, 1, 1, 0}}));
  EXPECT_EQ(rows_of(made<Mask>("threshold: {min: 5, label: 2}", frame, mask)), (Rows{{0, 0, 1, 0}}));
  EXPECT_EQ(why("threshold: {min: 5}", frame, mask_of({{1}})), "geometry_mismatch");
}

// filters.threshold_otsu(hill), hill > it.
TEST(Otsu, EqualsScikitImageOnEightBit) {
  EXPECT_EQ(otsu_threshold("otsu: {}", hill()), 86);
  EXPECT_EQ(checksum(segmented("otsu: {}", hill())), 670857);
}

// c, e = np.histogram(f, 100, (-200, 500)); filters.threshold_otsu(hist=(c, (e[1:] + e[:-1])/2)), f > it.
TEST(Otsu, EqualsScikitImageOnFloatByARange) {
  const std::string yaml = "otsu: {range: [-200, 500], bins: 100}";
  EXPECT_NEAR(otsu_threshold(yaml, float_hill()), 83.5, 1e-6);
  EXPECT_EQ(checksum(segmented(yaml, float_hill())), 676139);
}

TEST(Otsu, CountsNeitherPaddingNorWhatTheMaskLeavesOut) {
  Frame frame = frame_of<std::uint8_t>({{10, 10, 12, 40, 40, 200, 200}});
  EXPECT_EQ(rows_of(segmented("otsu: {}", frame)), (Rows{{0, 0, 0, 0, 0, 1, 1}}));
  frame.valid = (cv::Mat_<std::uint8_t>(1, 7) << 255, 255, 255, 255, 255, 0, 0);
  EXPECT_EQ(rows_of(segmented("otsu: {}", frame)), (Rows{{0, 0, 0, 1, 1, 0, 0}}));
  frame.valid.release();
  const Outcome outcome =
      call_with("otsu: {}", {Payload::of(frame), Payload::of(mask_of({{1, 1, 1, 0, 0, 0, 0}}))});
  EXPECT_EQ(rows_of(outcome.values.at(0).as<Mask>()), (Rows{{0, 0, 1, 0, 0, 0, 0}}));
  EXPECT_EQ(outcome.values.at(1).as<Features>().values, std::vector<double>{10});
}

TEST(Otsu, OfOneValueHasNoThresholdAndNoLabel) {
  EXPECT_EQ(rows_of(segmented("otsu: {}", frame_of<std::uint8_t>({{7, 7}}))), (Rows{{0, 0}}));
  EXPECT_TRUE(std::isnan(otsu_threshold("otsu: {}", frame_of<std::uint8_t>({{7}}))));
  EXPECT_EQ(rows_of(segmented("otsu: {range: [0, 1]}", frame_of<float>({{5, 6}}))), (Rows{{0, 0}}));
}

TEST(Otsu, AsksForARangeBeyondEightBit) {
  EXPECT_EQ(why("otsu: {}", frame_of<std::uint16_t>({{1, 2}})), "range_required");
  EXPECT_EQ(why("multi_otsu: {}", frame_of<float>({{1, 2}})), "range_required");
  EXPECT_EQ(rows_of(segmented("otsu: {range: [-32768, 32767]}", frame_of<std::int16_t>({{-32768, 32767}}))),
            (Rows{{0, 1}}));
}

// t = filters.threshold_multiotsu(hill, k); np.digitize(hill, t, right=True).
TEST(MultiOtsu, EqualsScikitImageOnEightBit) {
  EXPECT_EQ(checksum(segmented("multi_otsu: {classes: 2}", hill())), 670857);
  EXPECT_EQ(checksum(segmented("multi_otsu: {}", hill())), 1725667);
  EXPECT_EQ(checksum(segmented("multi_otsu: {classes: 4}", hill())), 2329149);
}

// c, e = np.histogram(f, 64, (-200, 500)); filters.threshold_multiotsu(hist=(c/c.sum(), (e[1:] + e[:-1])/2)).
TEST(MultiOtsu, EqualsScikitImageOnFloatByARange) {
  EXPECT_EQ(checksum(segmented("multi_otsu: {range: [-200, 500], bins: 64}", float_hill())), 1732340);
}

TEST(MultiOtsu, NeedsAsManyValuesAsClasses) {
  EXPECT_EQ(why("multi_otsu: {}", frame_of<std::uint8_t>({{1, 2, 2}})), "too_few_values");
  EXPECT_EQ(rows_of(segmented("multi_otsu: {}", frame_of<std::uint8_t>({{9, 2, 4}}))), (Rows{{2, 0, 1}}));
}

}  // namespace
}  // namespace radflow
