// What histogram and statistics say of a volume.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodes/types/features.hpp"
#include "tests/nodes/volumes/slices_of_series.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;

std::vector<double> measured(const std::string& yaml, const Volume& volume) {
  const auto node = make_node(yaml);
  const Payload payload = Payload::of(volume);
  const Payload* inputs[] = {&payload, nullptr};
  const Outcome outcome = node->call(inputs, FakeContext{});
  EXPECT_FALSE(outcome.error) << outcome.error->detail;
  return outcome.value.as<Features>().values;
}

// 0 to 2, 10 to 12 and the same by 100 and 200 more.
Volume of_three() { return assembled({axial(0, 0), axial(1, 5), axial(2, 10)}); }

TEST(MeasuresOfVolumes, CountEveryVoxel) {
  EXPECT_THAT(measured("statistics: {of: [mean, minimum, maximum]}", of_three()), ElementsAre(106, 0, 212));
  EXPECT_THAT(measured("histogram: {bins: 3, range: [0, 300], normalized: false}", of_three()),
              ElementsAre(6, 6, 6));
}

TEST(MeasuresOfVolumes, LeaveOutPadding) {
  Volume volume = of_three();
  volume.valid = cv::Mat(volume.voxels.dims, volume.voxels.size.p, CV_8U, cv::Scalar{0});
  volume.valid.at<uchar>(1, 0, 0) = 255;
  volume.valid.at<uchar>(2, 1, 2) = 255;
  EXPECT_THAT(measured("statistics: {of: [mean, minimum, maximum]}", volume), ElementsAre(156, 100, 212));
  EXPECT_THAT(measured("histogram: {bins: 3, range: [0, 300], normalized: false}", volume),
              ElementsAre(0, 1, 1));
}

}  // namespace
}  // namespace radflow
