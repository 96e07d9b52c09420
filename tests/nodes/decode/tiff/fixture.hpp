// What the tests of TIFF share: a page of noise, and the comparison of a frame with what was written.
#pragma once

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "nodes/types/frame.hpp"
#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/tiff/builder.hpp"

namespace radflow {

// The same values every time, over the whole range of the type; not square, so that rows and columns that
// are mixed up are seen.
inline cv::Mat noise(int type) {
  cv::Mat image(21, 37, type);
  cv::theRNG().state = 11;
  const double full = CV_MAT_DEPTH(type) <= CV_8S ? 256 : CV_MAT_DEPTH(type) <= CV_16S ? 65536 : 2e9;
  cv::randu(image, -full, full);
  return image;
}

inline void expect_frame(const Frame& frame, const cv::Mat& pixels, Photometric photometric) {
  ASSERT_EQ(frame.pixels.size(), pixels.size());
  ASSERT_EQ(frame.pixels.type(), pixels.type());
  EXPECT_EQ(cv::norm(frame.pixels, pixels, cv::NORM_INF), 0);
  EXPECT_EQ(frame.photometric, photometric);
  EXPECT_EQ(frame.units, "stored");
  EXPECT_FALSE(frame.geometry.spacing);
}

}  // namespace radflow
