#include "nodes/classify/kernel_matrix.hpp"

#include <gmock/gmock.h>

#include <opencv2/core.hpp>

namespace radflow {
namespace {

// Rows and columns that fill no tile and no register.
cv::Mat noise() {
  cv::Mat samples(37, 53, CV_32F);
  cv::RNG{5}.fill(samples, cv::RNG::NORMAL, 0, 1);
  return samples;
}

TEST(KernelMatrix, HoldsTheDistanceAndTheProductOfEveryTwoRows) {
  const cv::Mat samples = noise();
  const cv::Mat distances = pairs_of(samples, Pairs::SquaredDistances);
  const cv::Mat products = pairs_of(samples, Pairs::ScalarProducts);
  for (int i = 0; i < samples.rows; ++i)
    for (int j = 0; j < samples.rows; ++j) {
      const double distance = cv::norm(samples.row(i), samples.row(j), cv::NORM_L2SQR);
      EXPECT_NEAR(distances.at<float>(i, j), distance, 1e-5 * distance) << i << ", " << j;
      EXPECT_NEAR(products.at<float>(i, j), samples.row(i).dot(samples.row(j)), 1e-4) << i << ", " << j;
    }
}

// What a model answers with is what it was fitted with, to the last bit.
TEST(KernelMatrix, IsWhatIsWorkedOutForOnePair) {
  const cv::Mat samples = noise();
  const cv::Mat distances = pairs_of(samples, Pairs::SquaredDistances);
  for (int j = 0; j < samples.rows; ++j)
    EXPECT_EQ(distances.at<float>(20, j),
              squared_distance({samples.ptr<float>(20), 53}, samples.ptr<float>(j)));
}

}  // namespace
}  // namespace radflow
