// What single nodes cost on one thread, frame and allocation included, as ratios within one run: each row's node, the bare call
// of OpenCV that comes nearest (where there is one) and OpenCV's calcHist of 8 bit take turns, and of each the minimum counts.
// Every row is measured for the best instruction set of this machine and for AVX2.
//   radflow_nodes_bench [ROUNDS] [PART OF A STEP'S NAME]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "graph/plan.hpp"
#include "nodes/types/frame.hpp"
#include "tests/fake_context.hpp"

#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/targets.h>

namespace radflow {
namespace {

// Smooth noise: as an X-ray has them, neighbours are close and ties are frequent. Values 0..4095, of 8 bit 0..255.
Frame smooth(int depth) {
  cv::Mat noise(512, 512, CV_32F);
  cv::RNG{1}.fill(noise, cv::RNG::UNIFORM, 0, 1);
  cv::GaussianBlur(noise, noise, {}, 2);
  cv::normalize(noise, noise, 0, depth == CV_8U ? 255 : 4095, cv::NORM_MINMAX);
  Frame frame;
  noise.convertTo(frame.pixels, depth);
  return frame;
}
Frame noise(int values, int depth) {
  Frame frame{.pixels = cv::Mat(512, 512, CV_8U)};
  cv::RNG{1}.fill(frame.pixels, cv::RNG::UNIFORM, 0, values);
  frame.pixels.convertTo(frame.pixels, depth);
  return frame;
}
Frame flat(int depth) { return {.pixels = cv::Mat(512, 512, depth, cv::Scalar{200})}; }
Frame in_circle(Frame frame) {
  frame.valid = cv::Mat(512, 512, CV_8U, cv::Scalar{0});
  cv::circle(frame.valid, {256, 256}, 250, 255, -1);
  return frame;
}
Frame halves(Frame frame) {
  frame.pixels.convertTo(frame.pixels, CV_32S, 2);
  frame.pixels.convertTo(frame.pixels, CV_32F, 0.5);
  return frame;
}
Frame codes(int levels) {
  Frame frame = noise(levels, CV_8U);
  frame.levels = levels;
  return frame;
}

using Job = std::function<void()>;

Job node_job(const std::string& yaml, const Frame& frame) {
  auto node = std::shared_ptr{make_node(yaml)};
  return [node, payload = Payload::of(frame)] {
    const Payload* input = &payload;
    const Outcome outcome = node->call({&input, 1}, FakeContext{});
    if (outcome.error) std::abort();
  };
}

Job calc_hist() {
  return [pixels = smooth(CV_8U).pixels] {
    const int bins = 256, channel = 0;
    const float range[] = {0, 256};
    const float* ranges = range;
    cv::Mat counts;
    cv::calcHist(&pixels, 1, &channel, {}, counts, 1, &bins, &ranges);
  };
}

struct Row {
  std::string yaml, content;
  Frame frame;
  std::function<void(const cv::Mat&)> opencv = {};
};

std::vector<Row> rows() {
  const auto blur = [](double sigma) {
    return [sigma](const cv::Mat& pixels) {
      cv::Mat result;
      cv::GaussianBlur(pixels, result, {}, sigma);
    };
  };
  const auto resize = [](int size) {
    return [size](const cv::Mat& pixels) {
      cv::Mat result;
      cv::resize(pixels, result, {size, size}, 0, 0, cv::INTER_AREA);
    };
  };
  const auto turn = [](const cv::Mat& pixels) {
    cv::Mat result;
    cv::warpAffine(pixels, result, cv::getRotationMatrix2D({255.5F, 255.5F}, 45, 1), pixels.size());
  };
  const std::string window = "window: {center: 2000, width: 3000}";
  return {{window, "16 bit, smooth", smooth(CV_16U)},
          {window, "float, smooth", smooth(CV_32F)},
          {"window: {center: 1000, width: 510, function: linear_exact}", "float, all ties",
           halves(smooth(CV_32F))},
          {"gaussian_blur: {sigma: 1}", "float", smooth(CV_32F), blur(1)},
          {"gaussian_blur: {sigma: 1}", "float, circle", in_circle(smooth(CV_32F))},
          {"gaussian_blur: {sigma: 1}", "8 bit", smooth(CV_8U), blur(1)},
          {"gaussian_blur: {sigma: 1.5}", "8 bit", smooth(CV_8U), blur(1.5)},
          {"resize: {width: 256, height: 256}", "float", smooth(CV_32F), resize(256)},
          {"resize: {width: 256, height: 256}", "float, circle", in_circle(smooth(CV_32F))},
          {"resize: {width: 256, height: 256}", "8 bit", smooth(CV_8U), resize(256)},
          {"resize: {width: 300, height: 300}", "float", smooth(CV_32F), resize(300)},
          {"resize: {width: 384, height: 384}", "float", smooth(CV_32F), resize(384)},
          {"resize: {width: 384, height: 384}", "8 bit, many ties", smooth(CV_8U), resize(384)},
          {"rotate: {angle: 45}", "float", smooth(CV_32F), turn},
          {"rotate: {angle: 45}", "float, circle", in_circle(smooth(CV_32F))},
          {"rotate: {angle: 45}", "8 bit", smooth(CV_8U), turn},
          {"lbp: {}", "8 bit, smooth", smooth(CV_8U)},
          {"lbp: {}", "8 bit, noise", noise(256, CV_8U)},
          {"lbp: {}", "8 bit, 4 values", noise(4, CV_8U)},
          {"lbp: {}", "8 bit, flat", flat(CV_8U)},
          {"lbp: {method: uniform}", "8 bit, smooth", smooth(CV_8U)},
          {"lbp: {}", "float, smooth", smooth(CV_32F)},
          {"lbp: {}", "float, 4 values", noise(4, CV_32F)},
          {"lbp: {}", "float, flat", flat(CV_32F)},
          {"histogram: {}", "8 bit", smooth(CV_8U)},
          {"histogram: {}", "10 codes", codes(10)},
          {"histogram: {bins: 40, range: [0, 4096]}", "float", smooth(CV_32F)},
          {"histogram: {bins: 40, range: [0, 4096]}", "float, circle", in_circle(smooth(CV_32F))},
          {"hog: {cell: 16}", "8 bit", smooth(CV_8U)},
          {"glcm: {}", "8 bit", smooth(CV_8U)},
          {"statistics: {}", "float", smooth(CV_32F)},
          {"normalize: {method: zscore}", "float", smooth(CV_32F)},
          {"clahe: {}", "8 bit", smooth(CV_8U)},
          {"median_blur: {}", "8 bit", smooth(CV_8U)}};
}

double seconds_of(const Job& job) {
  const auto begin = std::chrono::steady_clock::now();
  job();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const Row& row, std::int64_t target, int rounds) {
  hwy::GetChosenTarget().Update(target);
  std::vector<Job> jobs{calc_hist()};
  try {
    jobs.push_back(node_job(row.yaml, row.frame));
  } catch (const std::exception&) {  // a node that this build is without
    return;
  }
  if (row.opencv) jobs.push_back([&] { row.opencv(row.frame.pixels); });
  std::vector<double> least(jobs.size(), 1e9);
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < jobs.size(); ++i) least[i] = std::min(least[i], seconds_of(jobs[i]));
  std::printf("| %s | %s | %s | %.1f | %.2f |", row.yaml.c_str(), row.content.c_str(),
              hwy::TargetName(target), least[1] * 1e6, least[1] / least[0]);
  if (row.opencv)
    std::printf(" %.1f | %.2f |\n", least[2] * 1e6, least[1] / least[2]);
  else
    std::printf(" | |\n");
  std::fflush(stdout);
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  using namespace radflow;
  cv::setNumThreads(1);
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  const std::string part = argc > 2 ? argv[2] : "";
  const std::int64_t supported = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  const std::int64_t best = supported & -supported;
  std::puts("512 x 512 pixels, minimum of microseconds\n");
  std::puts("| step | content | target | node | of calcHist | OpenCV | of OpenCV |");
  std::puts("|---|---|---|---|---|---|---|");
  for (const Row& row : rows()) {
    if (row.yaml.find(part) == std::string::npos) continue;
    measure(row, best, rounds);
#if defined(__x86_64__)
    if (best != HWY_AVX2 && (supported & HWY_AVX2) != 0) measure(row, HWY_AVX2, rounds);
#endif
  }
  hwy::GetChosenTarget().Update(supported);
}
