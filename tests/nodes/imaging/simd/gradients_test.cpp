#include "nodes/imaging/simd/gradients.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(MeasureGradients, AreLengthsToTheLastBitAndBinsWhereTheyAreSure) {
  on_every_target([] {
    std::mt19937 random{5};
    for (const std::size_t count : {1, 3, 16, 17, 1000}) {
      std::vector<double> x(count), y(count), length(count);
      std::vector<std::int32_t> bin(count);
      for (std::size_t i = 0; i < count; ++i) {
        x[i] = static_cast<int>(random() % 511) - 255, y[i] = static_cast<int>(random() % 511) - 255;
        if (i % 7 == 0) x[i] = 0;
        if (i % 11 == 0) y[i] = 0.25;
        if (i % 13 == 0) y[i] = 0;
        if (i % 3 == 0) x[i] *= 1e-3;
      }
      for (const double bins_per_degree : {1.0, 0.05, 1 / 180.0}) {
        measure_gradients(x.data(), y.data(), count, static_cast<float>(bins_per_degree), length.data(),
                          bin.data());
        for (std::size_t i = 0; i < count; ++i) {
          EXPECT_EQ(length[i], std::sqrt(y[i] * y[i] + x[i] * x[i]));
          double degrees = std::atan2(y[i], x[i]) * (180 / std::numbers::pi);
          if (degrees < 0) degrees += 180;
          const double place = y[i] == 0 ? 0 : degrees * bins_per_degree;
          const double from_edge = std::abs(place - std::round(place));
          if (y[i] == 0 || from_edge > 2e-4) {
            EXPECT_EQ(bin[i], static_cast<int>(place)) << x[i] << " " << y[i];
          } else if (from_edge < 5e-5) {
            EXPECT_EQ(bin[i], -1) << x[i] << " " << y[i];
          }
        }
      }
    }
  });
}

TEST(MeasureGradients, TellWhatFloatsCannotHold) {
  on_every_target([] {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> x{1e-42, 1e-200, 1e40, 1, infinity, 1, std::nan(""), 0},
        y{3e-42, 1e-200, 3e40, 1e200, 1, -infinity, 1, 0};
    std::vector<double> length(x.size());
    std::vector<std::int32_t> bin(x.size());
    measure_gradients(x.data(), y.data(), x.size(), 0.05F, length.data(), bin.data());
    EXPECT_EQ(bin, (std::vector<std::int32_t>{-1, -1, -1, -1, -1, -1, -1, 0}));
    EXPECT_EQ(length.back(), 0);
  });
}

TEST(MeasureGradients, OfBytesAreThoseOfTheSameDoubles) {
  on_every_target([] {
    std::mt19937 random{6};
    for (const std::size_t count : {1, 3, 16, 17, 5000})
      for (const unsigned values : {3, 8, 256}) {
        std::vector<std::uint8_t> above(count), line(count + 2), below(count);
        for (auto* row : {&above, &line, &below})
          for (std::uint8_t& byte : *row) byte = static_cast<std::uint8_t>(255 - random() % values);
        std::vector<double> x(count), y(count), expected_length(count), length(count);
        std::vector<std::int32_t> expected(count), bin(count);
        for (std::size_t i = 0; i < count; ++i) x[i] = line[i + 2] - line[i], y[i] = below[i] - above[i];
        for (const float bins_per_degree : {1.0F, 0.05F}) {
          measure_gradients(x.data(), y.data(), count, bins_per_degree, expected_length.data(),
                            expected.data());
          measure_gradients(above.data(), line.data(), below.data(), count, bins_per_degree, length.data(),
                            bin.data());
          EXPECT_EQ(length, expected_length);
          EXPECT_EQ(bin, expected);
        }
      }
  });
}

}  // namespace
}  // namespace radflow
