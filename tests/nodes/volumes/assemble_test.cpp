#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/nodes/volumes/slices_of_series.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::string& yaml) {
  try {
    make_node(yaml);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

// What becomes of these slices: the reason for which there is no volume.
Error failure(const std::vector<Frame>& slices) {
  Assembling assemble{"assemble: {count: " + std::to_string(slices.size()) + "}"};
  for (const Frame& slice : slices) EXPECT_TRUE(assemble.add(slice)) << assemble.add(slice).error().detail;
  const Outcome outcome = assemble.finish();
  return outcome.error ? *outcome.error : Error{"", ""};
}

// What the second slice is refused for.
Error refused(const Frame& second) {
  Assembling assemble{"assemble: {count: 2}"};
  EXPECT_TRUE(assemble.add(axial(0, 0)));
  const std::size_t bytes = assemble.bytes();
  const auto added = assemble.add(second);
  EXPECT_EQ(assemble.bytes(), bytes) << "the state is as it was";
  return added ? Error{"", ""} : added.error();
}

TEST(Assemble, SortsSlicesByTheirPlaceInThePatient) {
  Assembling assemble{"assemble: {count: 3}"};
  assemble.context.the_identity.ids = {{"SeriesInstanceUID", "1.2"}};
  EXPECT_EQ(*assemble.key(axial(0, 0)), "1.2");
  EXPECT_EQ(*assemble.add(axial(2, 7.5)), Gathering::Open);
  EXPECT_EQ(*assemble.add(axial(0, -2.5)), Gathering::Open);
  EXPECT_EQ(*assemble.add(axial(1, 2.5)), Gathering::Complete);
  EXPECT_GE(assemble.bytes(), 3U * 6 * sizeof(short));
  const Outcome outcome = assemble.finish();
  ASSERT_FALSE(outcome.error) << outcome.error->detail;
  const auto& volume = outcome.value.as<Volume>();
  ASSERT_EQ(volume.slices(), 3);
  ASSERT_EQ(volume.rows(), 2);
  ASSERT_EQ(volume.columns(), 3);
  for (int slice = 0; slice < 3; ++slice)
    for (int row = 0; row < 2; ++row)
      for (int column = 0; column < 3; ++column)
        EXPECT_EQ(voxel(volume, slice, row, column), 100 * slice + 10 * row + column);
  EXPECT_TRUE(volume.valid.empty());
  EXPECT_EQ(volume.units, "HU");
  EXPECT_EQ(volume.modality, "CT");
  EXPECT_EQ(volume.bits_stored, 12);
  EXPECT_EQ(volume.geometry.spacing.slice, 5);
  EXPECT_EQ(volume.geometry.spacing.row, 0.5);
  EXPECT_EQ(volume.geometry.spacing.column, 0.75);
  EXPECT_THAT(volume.geometry.position, ElementsAre(-10, -20, -2.5));
  EXPECT_THAT(volume.geometry.slice_direction(), ElementsAre(0, 0, 1));
}

// A row's direction to the patient's right: the normal points to the feet, and so do the slices.
TEST(Assemble, SlicesFollowTheirNormal) {
  std::vector<Frame> slices;
  for (int n = 0; n < 3; ++n) {
    slices.push_back(axial(n, 10.0 * n));
    slices.back().geometry.orientation = {-1, 0, 0, 0, 1, 0};
  }
  const Volume volume = assembled(slices);
  EXPECT_EQ(voxel(volume, 0, 0, 0), 200);
  EXPECT_THAT(volume.geometry.position, ElementsAre(-10, -20, 20));
  EXPECT_THAT(volume.geometry.slice_direction(), ElementsAre(0, 0, -1));
}

TEST(Assemble, OfObliqueSlices) {
  const double c = std::sqrt(0.5);
  std::vector<Frame> slices;
  for (int n = 0; n < 3; ++n) {
    slices.push_back(axial(n, 0));
    slices.back().geometry.orientation = {1, 0, 0, 0, c, c};  // the normal is (0, -c, c)
    slices.back().geometry.position = {0, -c * 2.0 * n, c * 2.0 * n};
  }
  const Volume volume = assembled({slices[1], slices[2], slices[0]});
  EXPECT_EQ(voxel(volume, 2, 1, 2), 212);
  EXPECT_NEAR(volume.geometry.spacing.slice, 2, 1e-12);
}

TEST(Assemble, KeepsPadding) {
  Frame padded = axial(1, 1);
  padded.valid = cv::Mat(2, 3, CV_8U, cv::Scalar{255});
  padded.valid.at<uchar>(1, 2) = 0;
  const Volume volume = assembled({axial(0, 0), padded, axial(2, 2)});
  ASSERT_FALSE(volume.valid.empty());
  EXPECT_EQ(volume.valid.at<uchar>(0, 1, 2), 255);
  EXPECT_EQ(volume.valid.at<uchar>(1, 1, 2), 0);
  EXPECT_EQ(volume.valid.at<uchar>(1, 0, 2), 255);
}

TEST(Assemble, AMissingSliceIsFound) {
  const Error error = failure({axial(0, 0), axial(1, 5), axial(2, 10), axial(3, 20)});
  EXPECT_EQ(error.reason, "uneven_slices");
  EXPECT_THAT(error.detail, testing::AllOf(HasSubstr("1 of 3 distances"), HasSubstr("10 mm at 10.00 mm")));
}

TEST(Assemble, RoundedPositionsAreEven) {
  EXPECT_EQ(failure({axial(0, 0), axial(1, 0.67), axial(2, 1.33), axial(3, 2)}).reason, "");
}

TEST(Assemble, TwoSlicesAtOnePlaceAreNoVolume) {
  EXPECT_EQ(failure({axial(0, 0), axial(1, 5), axial(2, 5), axial(3, 10)}).reason, "same_place");
}

TEST(Assemble, ATiltedGantryIsFound) {
  std::vector<Frame> slices;
  for (int n = 0; n < 3; ++n) {
    slices.push_back(axial(n, 5.0 * n));
    (*slices.back().geometry.position)[1] += 0.5 * n;
  }
  EXPECT_EQ(failure(slices).reason, "sheared");
}

TEST(Assemble, OneSliceIsNoVolume) { EXPECT_EQ(failure({axial(0, 0)}).reason, "too_few_slices"); }

TEST(Assemble, SaysWhatAnotherSliceHasOtherwise) {
  Frame other = axial(1, 5);
  other.pixels = cv::Mat::zeros(4, 4, CV_16S);
  EXPECT_THAT(refused(other).detail, HasSubstr("4 x 4 pixels, not 2 x 3"));
  other = axial(1, 5);
  other.pixels.convertTo(other.pixels, CV_32F);
  EXPECT_THAT(refused(other).detail, HasSubstr("depth f32, not i16"));
  other = axial(1, 5);
  other.units = "stored";
  EXPECT_THAT(refused(other).detail, HasSubstr("units stored, not HU"));
  other = axial(1, 5);
  other.geometry.spacing->row = 0.6;
  EXPECT_THAT(refused(other).detail, HasSubstr("pixels of 0.6 x 0.75 mm, not 0.5 x 0.75"));
  other = axial(1, 5);
  other.geometry.orientation = {0, 1, 0, 0, 0, -1};  // a localizer
  const Error error = refused(other);
  EXPECT_EQ(error.reason, "other_slice");
  EXPECT_THAT(error.detail, HasSubstr("orientation [0.000, 1.000, 0.000, 0.000, 0.000, -1.000], not [1.000"));
}

TEST(Assemble, NeedsToKnowWhereASliceLies) {
  Frame lost = axial(1, 5);
  lost.geometry.position.reset();
  EXPECT_EQ(refused(lost).reason, "no_position");
  lost = axial(1, 5);
  lost.geometry.spacing.reset();
  EXPECT_THAT(refused(lost).detail, HasSubstr("spacing"));
  Frame colour = axial(1, 5);
  colour.pixels = cv::Mat::zeros(2, 3, CV_8UC3);
  EXPECT_EQ(refused(colour).reason, "colour_not_supported");
}

TEST(Assemble, TheNumberOfSlicesComesFromAHeaderOrFromTheRecord) {
  Assembling by_header{"assemble: {count: header:slices}"};
  EXPECT_EQ(by_header.add(axial(0, 0)).error().reason, "no_group_count");
  by_header.context.the_record.headers = {{"slices", "2"}};
  EXPECT_EQ(*by_header.add(axial(0, 0)), Gathering::Open);
  EXPECT_EQ(*by_header.add(axial(1, 5)), Gathering::Complete);

  Assembling by_record{"assemble: {by: SOPInstanceUID, count: frames}"};
  by_record.context.the_identity.count = 2;
  EXPECT_EQ(*by_record.add(axial(0, 0)), Gathering::Open);
  EXPECT_EQ(*by_record.add(axial(1, 5)), Gathering::Complete);
}

// examples/volume_ct is such a graph.
TEST(Assemble, WithoutANumberAGroupEndsByTimeAndSaysSo) {
  EXPECT_THAT(refusal("assemble:"), HasSubstr("incomplete: emit"));
}

TEST(Assemble, WithoutANumberOnlyTheEndOfSlicesMakesAVolume) {
  for (const GroupEnd end :
       {GroupEnd::Idle, GroupEnd::EndOfInput, GroupEnd::MemoryFull, GroupEnd::Most, GroupEnd::Longest}) {
    Assembling assemble = Assembling::until_idle();
    EXPECT_EQ(*assemble.add(axial(0, 0)), Gathering::Open);
    EXPECT_EQ(*assemble.add(axial(1, 5)), Gathering::Open);
    const Outcome outcome = assemble.finish(end);
    if (end == GroupEnd::Idle || end == GroupEnd::EndOfInput) {
      EXPECT_EQ(outcome.value.as<Volume>().slices(), 2);
    } else {
      ASSERT_TRUE(outcome.error) << label(end);
      EXPECT_EQ(outcome.error->reason, "cut_off");
      EXPECT_THAT(outcome.error->detail, HasSubstr(std::string{describe(end)}));
    }
  }
}

TEST(Assemble, TheRestOfWhatWasCutOffIsNoVolume) {
  Assembling assemble = Assembling::until_idle();
  assemble.context.the_identity.ids = {{"SeriesInstanceUID", "1.2"}};
  const auto two = [&](double z, GroupEnd end) {
    assemble.open();
    EXPECT_TRUE(assemble.add(axial(0, z)));
    EXPECT_TRUE(assemble.add(axial(1, z + 5)));
    return assemble.finish(end);
  };
  EXPECT_TRUE(two(0, GroupEnd::MemoryFull).error);
  EXPECT_TRUE(two(10, GroupEnd::Most).error);
  const Outcome rest = two(20, GroupEnd::Idle);
  ASSERT_TRUE(rest.error);
  EXPECT_THAT(rest.error->detail, HasSubstr("the rest of a series"));
  EXPECT_FALSE(two(0, GroupEnd::Idle).error) << "the series was sent again";
}

TEST(Assemble, AsksForTheMemoryOfTheVolume) {
  Assembling assemble{"assemble: {count: 2}"};
  assemble.context.the_memory = 20;
  EXPECT_TRUE(assemble.add(axial(0, 0)));
  EXPECT_TRUE(assemble.add(axial(1, 5)));
  EXPECT_EQ(assemble.finish().error->reason, "too_large");
}

}  // namespace
}  // namespace radflow
