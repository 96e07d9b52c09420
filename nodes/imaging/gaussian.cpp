#include "nodes/imaging/gaussian.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

namespace radflow {

cv::Mat gaussian_kernel(double sigma) {
  return cv::getGaussianKernel(2 * static_cast<int>(4 * sigma + 0.5) + 1, sigma, CV_64F);
}

cv::Mat smoothed(const cv::Mat& pixels, const cv::Mat& valid, const cv::Mat& kernel, int border) {
  const auto smooth = [&](const cv::Mat& image) {
    cv::Mat blurred;
    cv::sepFilter2D(image, blurred, -1, kernel, kernel, {-1, -1}, 0, border);
    return blurred;
  };
  // Integers in double: floats would round some to the other side of a half. OpenCV's own filter of 8 bit rounds its
  // weights to 1/256.
  const int work_depth = pixels.depth() == CV_32F ? CV_32F : CV_64F;
  cv::Mat work;
  pixels.convertTo(work, work_depth);
  if (valid.empty()) return smooth(work);
  if (work.data == pixels.data) work = work.clone();
  work.setTo(cv::Scalar::all(0), valid == 0);
  cv::Mat share;
  valid.convertTo(share, work_depth, 1 / 255.0);
  share = smooth(share);
  if (work.channels() == 3) cv::merge(std::array{share, share, share}, share);
  return smooth(work) / share;
}

}  // namespace radflow
