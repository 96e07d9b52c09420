// What single nodes cost on one thread, and against the plain way of writing them. Compare within one run:
//   radflow_nodes_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=5
//                       --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <opencv2/imgproc.hpp>

#include "graph/plan.hpp"
#include "nodes/types/frame.hpp"
#include "tests/fake_context.hpp"

namespace radflow {
namespace {

// Smooth noise: as an X-ray has them, neighbours are close and ties are frequent.
Frame picture(int depth) {
  cv::setNumThreads(1);
  cv::Mat noise(512, 512, CV_32F);
  cv::RNG{1}.fill(noise, cv::RNG::UNIFORM, 0, 1);
  cv::GaussianBlur(noise, noise, {}, 2);
  cv::normalize(noise, noise, 0, depth == CV_8U ? 255 : 4095, cv::NORM_MINMAX);
  Frame frame;
  noise.convertTo(frame.pixels, depth);
  return frame;
}

Frame noise() {
  Frame frame{.pixels = cv::Mat(512, 512, CV_8U)};
  cv::RNG{1}.fill(frame.pixels, cv::RNG::UNIFORM, 0, 256);
  return frame;
}

void run(benchmark::State& state, const std::string& yaml, const Frame& frame) {
  const auto node = make_node(yaml);
  const Payload payload = Payload::of(frame);
  const Payload* input = &payload;
  for (auto _ : state) benchmark::DoNotOptimize(node->call({&input, 1}, FakeContext{}));
  state.SetItemsProcessed(state.iterations());
}

// LBP as it is usually written: at<>() and, of the diagonals, the pixels themselves instead of interpolated
// ones.
void lbp_with_at(benchmark::State& state) {
  const cv::Mat pixels = picture(CV_8U).pixels;
  const int rows[] = {0, -1, -1, -1, 0, 1, 1, 1}, columns[] = {1, 1, 0, -1, -1, -1, 0, 1};
  for (auto _ : state) {
    cv::Mat codes(pixels.size(), CV_8U, cv::Scalar{0});
    for (int r = 1; r < pixels.rows - 1; ++r)
      for (int c = 1; c < pixels.cols - 1; ++c) {
        std::uint8_t code = 0;
        for (int i = 0; i < 8; ++i)
          if (pixels.at<std::uint8_t>(r + rows[i], c + columns[i]) >= pixels.at<std::uint8_t>(r, c))
            code |= 1 << i;
        codes.at<std::uint8_t>(r, c) = code;
      }
    benchmark::DoNotOptimize(codes.data);
  }
}

// The same numbers as ours, with at<>(): interpolated in doubles, without the frame's border.
void lbp_interpolated_with_at(benchmark::State& state) {
  const cv::Mat pixels = picture(CV_8U).pixels;
  const double d = 0.70711;
  const double rows[] = {0, -d, -1, -d, 0, d, 1, d}, columns[] = {1, d, 0, -d, -1, -d, 0, d};
  for (auto _ : state) {
    cv::Mat codes(pixels.size(), CV_8U, cv::Scalar{0});
    for (int r = 1; r < pixels.rows - 1; ++r)
      for (int c = 1; c < pixels.cols - 1; ++c) {
        std::uint8_t code = 0;
        for (int i = 0; i < 8; ++i) {
          const double y = r + rows[i], x = c + columns[i];
          const int top = cvFloor(y), left = cvFloor(x), bottom = cvCeil(y), right = cvCeil(x);
          const double dy = y - top, dx = x - left;
          const auto at = [&](int row, int column) { return pixels.at<std::uint8_t>(row, column); };
          const double value = (1 - dy) * ((1 - dx) * at(top, left) + dx * at(top, right)) +
                               dy * ((1 - dx) * at(bottom, left) + dx * at(bottom, right));
          if (value - at(r, c) >= 0) code |= 1 << i;
        }
        codes.at<std::uint8_t>(r, c) = code;
      }
    benchmark::DoNotOptimize(codes.data);
  }
}

void resize_by_opencv(benchmark::State& state) {
  const cv::Mat pixels = picture(CV_32F).pixels;
  for (auto _ : state) {
    cv::Mat small;
    cv::resize(pixels, small, {256, 256});
    benchmark::DoNotOptimize(small.data);
  }
}

BENCHMARK(lbp_with_at)->Unit(benchmark::kMicrosecond);
BENCHMARK(lbp_interpolated_with_at)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, lbp_8bit, "lbp: {}", picture(CV_8U))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, lbp_8bit_noise, "lbp: {}", noise())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, lbp_8bit_flat, "lbp: {}", Frame{.pixels = cv::Mat(512, 512, CV_8U, cv::Scalar{200})})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, lbp_8bit_uniform, "lbp: {method: uniform}", picture(CV_8U))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, lbp_float, "lbp: {}", picture(CV_32F))->Unit(benchmark::kMicrosecond);
BENCHMARK(resize_by_opencv)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, resize_to_256, "resize: {width: 256, height: 256}", picture(CV_32F))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, resize_to_256_8bit, "resize: {width: 256, height: 256}", picture(CV_8U))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, rotate, "rotate: {angle: 45}", picture(CV_32F))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, window, "window: {center: 2000, width: 3000}", picture(CV_32F))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, window_16bit, "window: {center: 2000, width: 3000}", picture(CV_16U))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, gaussian_blur, "gaussian_blur: {}", picture(CV_8U))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, histogram_8bit, "histogram: {}", picture(CV_8U))->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, histogram_float, "histogram: {bins: 64, range: [0, 4095]}", picture(CV_32F))
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace radflow

BENCHMARK_MAIN();
