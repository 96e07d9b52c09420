// The rows of radflow_nodes_bench: which steps on which content, the library's bare call beside them where there is one, and
// what the ratio may be at most.
#pragma once

#include <functional>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <vector>

#include "nodes/types/frame.hpp"

namespace radflow::bench {

// A node's time over that of a call of OpenCV, at most, by instruction set: of calcHist of 8 bit, which stands beside every
// node, and of what does the same as the node, where there is such a call. Twice its time is allowed unless a row says less.
struct Limit {
  double avx512, avx2;
};

struct Row {
  std::vector<std::string> nodes;  // one after the other
  std::string content;
  Frame frame;
  std::optional<Limit> limit = std::nullopt;
  std::function<void(const cv::Mat&)> bare_call = {};
  Limit of_bare_call = {2, 2};

  std::string name() const {
    std::string steps;
    for (const std::string& node : nodes) steps += (steps.empty() ? "" : ", ") + node;
    return steps + ": " + content;
  }
};

// Smooth noise: as an X-ray has them, neighbours are close and ties are frequent. Values 0..4095, of 8 bit 0..255.
inline Frame smooth(int depth) {
  cv::Mat noise(512, 512, CV_32F);
  cv::RNG{1}.fill(noise, cv::RNG::UNIFORM, 0, 1);
  cv::GaussianBlur(noise, noise, {}, 2);
  cv::normalize(noise, noise, 0, depth == CV_8U ? 255 : 4095, cv::NORM_MINMAX);
  Frame frame;
  noise.convertTo(frame.pixels, depth);
  return frame;
}
inline Frame noise(int values, int depth) {
  Frame frame{.pixels = cv::Mat(512, 512, CV_8U)};
  cv::RNG{1}.fill(frame.pixels, cv::RNG::UNIFORM, 0, values);
  frame.pixels.convertTo(frame.pixels, depth);
  return frame;
}
inline Frame flat(int depth) { return {.pixels = cv::Mat(512, 512, depth, cv::Scalar{200})}; }
inline Frame in_circle(Frame frame) {
  frame.valid = cv::Mat(512, 512, CV_8U, cv::Scalar{0});
  cv::circle(frame.valid, {256, 256}, 250, 255, -1);
  return frame;
}
inline Frame halves(Frame frame) {
  frame.pixels.convertTo(frame.pixels, CV_32S, 2);
  frame.pixels.convertTo(frame.pixels, CV_32F, 0.5);
  return frame;
}
// Integers from -1024, in a round field.
inline Frame ct() {
  Frame frame = in_circle(smooth(CV_16U));
  frame.pixels.convertTo(frame.pixels, CV_32F, 1, -1024);
  frame.pixels.setTo(-1024, frame.valid == 0);
  frame.valid.release();
  return frame;
}
// What only doubles decide where neighbours are tied.
inline Frame in_tenths(Frame frame) {
  frame.pixels.convertTo(frame.pixels, CV_32F, 0.1, 0.05);
  return frame;
}
inline Frame codes(int levels) {
  Frame frame = noise(levels, CV_8U);
  frame.levels = levels;
  return frame;
}

// Limits are microseconds of the machine where the prototypes were measured, over what a call of OpenCV took there.
constexpr Limit over(double call, double avx512, double avx2) { return {avx512 / call, avx2 / call}; }
constexpr Limit limit(double avx512, double avx2) { return over(98, avx512, avx2); }  // calcHist

// Gives the call a matrix to write into.
template <class Call>
auto into(Call call) {
  return [call](const cv::Mat& pixels) {
    cv::Mat result;
    call(pixels, result);
  };
}

// The steps with kernels of their own. Where OpenCV has the same filter its bare call stands beside the node, because
// calcHist says little of how fast a machine's vectors are.
inline std::vector<Row> kernel_rows() {
  const std::string window = "window: {center: 2000, width: 3000}", blur = "gaussian_blur: {sigma: 1}";
  const std::string half = "resize: {width: 256, height: 256}", uneven = "resize: {width: 384, height: 384}";
  const std::string turn = "rotate: {angle: 45}", bins = "histogram: {bins: 40, range: [0, 4096]}";
  const auto shades = into([](const cv::Mat& pixels, cv::Mat& result) {
    pixels.convertTo(result, CV_8U, 255.0 / 2999, -255.0 * 500.5 / 2999);
  });
  const auto blurred = into([](const cv::Mat& pixels, cv::Mat& result) {
    // The kernel is as wide as the node's.
    cv::GaussianBlur(pixels, result, {9, 9}, 1, 1, cv::BORDER_REFLECT);
  });
  const auto turned = into([](const cv::Mat& pixels, cv::Mat& result) {
    cv::warpAffine(pixels, result, cv::getRotationMatrix2D({255.5, 255.5}, 45, 1), pixels.size());
  });
  return {
      {{window}, "16 bit", smooth(CV_16U), limit(15, 26), shades, over(19, 15, 26)},
      {{window}, "float", smooth(CV_32F), limit(30, 52)},
      {{"window: {center: 1000, width: 510, function: linear_exact}"},
       "float, all ties",
       halves(smooth(CV_32F)),
       limit(30, 52)},
      {{blur}, "float", smooth(CV_32F), limit(55, 88), blurred, over(168, 55, 88)},
      {{blur}, "float, circle", in_circle(smooth(CV_32F)), limit(110, 140)},
      {{blur}, "8 bit", smooth(CV_8U), limit(60, 108), blurred, over(181, 60, 108)},
      {{"gaussian_blur: {sigma: 1.5}"}, "8 bit", smooth(CV_8U), limit(95, 170)},
      {{half}, "float", smooth(CV_32F), limit(38, 42)},
      {{half}, "8 bit", smooth(CV_8U), limit(38, 42)},
      {{half}, "float, circle", in_circle(smooth(CV_32F)), limit(95, 105)},
      {{"resize: {width: 300, height: 300}"}, "float", smooth(CV_32F), limit(60, 75)},
      {{uneven}, "float", smooth(CV_32F), limit(60, 75)},
      {{uneven}, "8 bit", smooth(CV_8U), limit(60, 75)},
      {{uneven}, "float, circle", in_circle(smooth(CV_32F)), limit(150, 188)},
      {{turn}, "float", smooth(CV_32F), limit(175, 175), turned, over(670, 175, 175)},
      {{turn}, "8 bit", smooth(CV_8U), limit(175, 175)},
      {{turn}, "float, circle", in_circle(smooth(CV_32F)), limit(262, 262)},
      {{"lbp:"}, "8 bit", smooth(CV_8U), limit(42, 75)},
      {{"lbp:"}, "8 bit, noise", noise(256, CV_8U), limit(42, 75)},
      {{"lbp:"}, "8 bit, 4 values", noise(4, CV_8U), limit(42, 75)},
      {{"lbp:"}, "8 bit, flat", flat(CV_8U), limit(42, 75)},
      {{"lbp: {method: uniform}"}, "8 bit", smooth(CV_8U), limit(52, 95)},
      {{"lbp:"}, "float", smooth(CV_32F), limit(105, 160)},
      {{"lbp:"}, "float, CT", ct(), limit(105, 160)},
      {{"lbp:"}, "float, 4 values", noise(4, CV_32F), limit(245, 380)},
      {{"lbp:"}, "float, flat", flat(CV_32F), limit(340, 530)},
      {{"lbp:"}, "float, 4 values, in tenths", in_tenths(noise(4, CV_32F)), limit(245, 380)},
      {{"lbp:"}, "float, flat, in tenths", in_tenths(flat(CV_32F)), limit(340, 530)},
      {{"histogram:"}, "8 bit", smooth(CV_8U), limit(65, 65)},
      {{"histogram:"}, "8 bit, circle", in_circle(smooth(CV_8U)), limit(80, 85)},
      {{"histogram:"}, "10 codes", codes(10), limit(15, 27)},
      {{bins}, "float", smooth(CV_32F), limit(65, 82)},
      {{bins}, "float, circle", in_circle(smooth(CV_32F)), limit(80, 85)},
      {{window, half, blur, "lbp: {method: uniform}", "histogram:"},
       "16 bit",
       smooth(CV_16U),
       limit(95, 140)},
  };
}

// The steps that a library does too.
inline std::vector<Row> library_rows() {
  // What OpenCV's HOGDescriptor does before it counts (it is in a module that nothing else here needs).
  const auto hog = [](const cv::Mat& pixels) {
    cv::Mat across, down, magnitude, angle;
    cv::Sobel(pixels, across, CV_32F, 1, 0, 1);
    cv::Sobel(pixels, down, CV_32F, 0, 1, 1);
    cv::cartToPolar(across, down, magnitude, angle, true);
  };
  const auto gabor = [](const cv::Mat& pixels) {
    cv::Mat values, even, odd, magnitude;
    pixels.convertTo(values, CV_64F);
    for (const auto& [sigma, wavelength] : {std::pair{1.2, 3.0}, {2.0, 5.0}, {3.2, 9.0}})
      for (int angle = 0; angle < 4; ++angle) {
        const int side = 2 * cvCeil(3 * sigma) + 1;
        const auto kernel = [&](double phase) {
          return cv::getGaborKernel({side, side}, sigma, CV_PI * angle / 4, wavelength, 1, phase);
        };
        cv::filter2D(values, even, CV_64F, kernel(0));
        cv::filter2D(values, odd, CV_64F, kernel(CV_PI / 2));
        cv::magnitude(even, odd, magnitude);
        cv::mean(magnitude);
      }
  };
  const auto open = into([](const cv::Mat& pixels, cv::Mat& result) {
    cv::morphologyEx(pixels, result, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {5, 5}));
  });
  const auto clahe =
      into([](const cv::Mat& pixels, cv::Mat& result) { cv::createCLAHE(2)->apply(pixels, result); });
  const auto zscore = into([](const cv::Mat& pixels, cv::Mat& result) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(pixels, mean, deviation);
    pixels.convertTo(result, CV_32F, 1 / deviation[0], -mean[0] / deviation[0]);
  });
  // Of what the node measures, OpenCV knows these; order statistics are a sort.
  const auto statistics = [](const cv::Mat& pixels) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(pixels, mean, deviation);
    double low = 0, high = 0;
    cv::minMaxIdx(pixels, &low, &high);
    cv::Mat sorted;
    cv::sort(pixels.reshape(1, 1), sorted, cv::SORT_EVERY_ROW);
  };
  const auto median = into([](const cv::Mat& pixels, cv::Mat& result) { cv::medianBlur(pixels, result, 3); });
  const auto canny = into([](const cv::Mat& pixels, cv::Mat& result) { cv::Canny(pixels, result, 50, 100); });
  const auto equal = into([](const cv::Mat& pixels, cv::Mat& result) { cv::equalizeHist(pixels, result); });
  return {
      {{"hog: {cell: 16, block: 2}"}, "8 bit", smooth(CV_8U), {}, hog},
      {{"glcm:"}, "8 bit", smooth(CV_8U)},
      {{"glcm: {levels: 32}"}, "8 bit", smooth(CV_8U)},
      {{"gabor:"}, "8 bit", smooth(CV_8U), {}, gabor},
      {{"morphology: {operation: open, radius: 2, shape: square}"}, "8 bit", smooth(CV_8U), {}, open},
      {{"clahe:"}, "8 bit", smooth(CV_8U), {}, clahe},
      {{"clahe: {range: [0, 4096]}"}, "float", smooth(CV_32F)},
      {{"equalize:"}, "8 bit", smooth(CV_8U), {}, equal},
      {{"normalize: {method: zscore}"}, "float", smooth(CV_32F), {}, zscore},
      {{"normalize: {method: zscore}"}, "16 bit", smooth(CV_16U), {}, zscore},
      {{"statistics:"}, "float", smooth(CV_32F), {}, statistics},
      {{"median_blur:"}, "8 bit", smooth(CV_8U), {}, median},
      {{"edges: {low: 50, high: 100}"}, "8 bit", smooth(CV_8U), {}, canny},
  };
}

}  // namespace radflow::bench
