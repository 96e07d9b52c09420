// Pictures that Python makes likewise, so that references can be made again, and a sum that tells where what lies. The
// references of these tests are those of scikit-image 0.26.0:
//   def noise(rows, columns, seed, levels):
//     x, out = seed, []
//     for _ in range(rows * columns):
//       x = (1103515245 * x + 12345) % 2**31
//       out.append(x >> 16)
//     return np.array(out).reshape(rows, columns) % levels
//   def checksum(a):
//     f = np.asarray(a).ravel().astype(np.int64)
//     return int((f * (np.arange(f.size) % 9973 + 1)).sum())
//   y, x = np.mgrid[0:40, 0:50]
//   a = noise(40, 50, 7, 256).astype(np.uint8)
//   hill = np.clip(a//4 + 120*(np.hypot(y-20, x-25) < 12) + 60*(x > 40), 0, 255).astype(np.uint8)
//   f = (hill.astype(np.float32) - 60) * 3.25
#pragma once

#include <cmath>
#include <cstdint>

#include "tests/nodes/masks.hpp"

namespace radflow {

template <typename T>
Frame noise(int rows, int columns, std::uint64_t seed, std::uint64_t levels) {
  cv::Mat_<T> pixels(rows, columns);
  std::uint64_t x = seed;
  for (T& pixel : pixels) {
    x = (1103515245 * x + 12345) % (std::uint64_t{1} << 31);
    pixel = static_cast<T>((x >> 16) % levels);
  }
  return Frame{.pixels = pixels};
}

inline Frame hill() {
  Frame frame = noise<std::uint8_t>(40, 50, 7, 256);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 50; ++x) {
      std::uint8_t& pixel = frame.pixels.at<std::uint8_t>(y, x);
      pixel = static_cast<std::uint8_t>(pixel / 4 + (std::hypot(y - 20, x - 25) < 12 ? 120 : 0) +
                                        (x > 40 ? 60 : 0));
    }
  return frame;
}

inline Frame float_hill() {
  Frame frame = hill();
  frame.pixels.convertTo(frame.pixels, CV_32F, 3.25, -60 * 3.25);
  return frame;
}

template <typename T>
std::int64_t checksum(const cv::Mat& image) {
  std::int64_t sum = 0, at = 0;
  for (int row = 0; row < image.rows; ++row)
    for (int column = 0; column < image.cols; ++column, ++at)
      sum += static_cast<std::int64_t>(image.ptr<T>(row)[column]) * (at % 9973 + 1);
  return sum;
}
inline std::int64_t checksum(const Mask& mask) { return checksum<std::uint16_t>(mask.labels); }

}  // namespace radflow
