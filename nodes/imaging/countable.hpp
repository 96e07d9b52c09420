// Pixels that count: image, and finite. What computes a value from all pixels (splines, diffusion, recursive filters) puts
// others in place of those that do not, so that they reach nothing. Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// 8 bit, 0 where a pixel is padding or one of its channels is not finite; empty: there is no such pixel.
cv::Mat countable(const cv::Mat& pixels, const cv::Mat& valid);

// 255 where a value is padding or NaN, in as many channels as the pixels; empty: there is no such value. For filters that put
// values in order: NaN has no place in one, infinities have.
cv::Mat unordered(const cv::Mat& pixels, const cv::Mat& valid);

// Gives the pixels that are 0 in `counts` the value of the nearest one that is not, in place: at the edge of padding a
// filter then sees what it sees at the edge of the frame. Where none counts, all become 0. Empty: nothing is to be done.
void fill_uncounted(cv::Mat& pixels, const cv::Mat& counts);

// Limits `after` to the range of the values that count in `before`; nothing where none does. A spline, as any cubic kernel,
// overshoots at edges.
void keep_range(const cv::Mat& before, const cv::Mat& counts, cv::Mat& after);

}  // namespace radflow
