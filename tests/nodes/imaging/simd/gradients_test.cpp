#include "nodes/imaging/simd/gradients.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(MeasureGradients, AreLengthsToTheLastBitAndAnglesNearly) {
  on_every_target([] {
    std::mt19937 random{5};
    for (const std::size_t count : {1, 3, 16, 17, 100}) {
      std::vector<double> x(count), y(count), length(count);
      std::vector<float> place(count);
      for (std::size_t i = 0; i < count; ++i) {
        x[i] = static_cast<int>(random() % 511) - 255, y[i] = static_cast<int>(random() % 511) - 255;
        if (i % 7 == 0) x[i] = 0;
        if (i % 11 == 0) y[i] = 0.25;
        if (i % 3 == 0) x[i] *= 1e-3;
      }
      measure_gradients(x.data(), y.data(), count, 2, length.data(), place.data());
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(length[i], std::sqrt(y[i] * y[i] + x[i] * x[i]));
        double degrees = std::atan2(y[i], x[i]) * (180 / std::numbers::pi);
        if (degrees < 0) degrees += 180;
        if (y[i] != 0) EXPECT_NEAR(place[i], 2 * degrees, 1e-4) << x[i] << " " << y[i];
      }
    }
    const double zero = 0;
    double length = 1;
    float place = 1;
    measure_gradients(&zero, &zero, 1, 1, &length, &place);
    EXPECT_EQ(length, 0);
    EXPECT_TRUE(std::isnan(place));
  });
}

}  // namespace
}  // namespace radflow
