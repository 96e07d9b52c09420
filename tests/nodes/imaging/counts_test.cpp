// Counting by kernels against Binning::bin_of, value by value.
#include "nodes/imaging/counts.hpp"

#include "tests/nodes/every_target.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/imaging/kernel_frames.hpp"

namespace radflow {
namespace {

void expect_counts(const Frame& frame, const Binning& binning) {
  std::vector<double> expected(binning.bins, 0.0);
  for_depth(frame.pixels.depth(), [&](auto zero) {
    for_each_counted<decltype(zero)>(frame.pixels, frame.valid, [&](auto value) {
      if (const int bin = binning.bin_of(value); bin >= 0) ++expected[bin];
    });
  });
  on_every_target([&] {
    EXPECT_EQ(ValueCounter{}(frame.pixels, frame.valid, binning), expected)
        << frame.pixels.size() << " depth " << frame.pixels.depth() << ", " << binning.bins << " bins from "
        << binning.low << " to " << binning.high;
  });
}

TEST(Counts, OfEveryDepthSizeAndPadding) {
  for (const cv::Size& size : kernel_sizes())
    for (const bool padded : {false, true})
      for (const int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32F, CV_64F})
        for (const Binning& binning : {Binning{256, 0, 256, false},
                                       {10, 0, 10, false},
                                       {16, 0, 16, false},
                                       {40, 3, 203, true},
                                       {7, 0.5, 9.25, true},
                                       {200, 0, 200, false},
                                       {400, 0, 300, true},
                                       {3, -20, 300, true}}) {
          const Frame frame = noise_frame(size, depth, padded);
          expect_counts(frame, binning);
          expect_counts({.pixels = frame.pixels / 20, .valid = frame.valid}, binning);
        }
}

TEST(Counts, OfAPartOfALargerPicture) {
  for (const int depth : {CV_8U, CV_32F}) {
    Frame frame = noise_frame({210, 90}, depth, true);
    const cv::Rect part{3, 5, 150, 70};
    frame.pixels = frame.pixels(part);
    frame.valid = frame.valid(part);
    expect_counts(frame, {40, 0, 250, true});
    expect_counts(frame, {12, 0, 12, false});
  }
}

}  // namespace
}  // namespace radflow
