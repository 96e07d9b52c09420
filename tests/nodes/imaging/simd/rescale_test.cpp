// Rescaled integers against the plain formula in double, bit by bit: all values of every type, on every target, where floats
// are exact and where they are not, and in lengths that leave a rest.
#include "nodes/imaging/simd/rescale.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

template <typename T>
void expect_double(double slope, double intercept, std::size_t count) {
  std::vector<T> stored(count);
  for (std::size_t i = 0; i < count; ++i) stored[i] = static_cast<T>(i);
  std::vector<float> expected(count), rescaled(count, -1);
  for (std::size_t i = 0; i < count; ++i)
    expected[i] = static_cast<float>(static_cast<double>(stored[i]) * slope + intercept);
  rescale(stored.data(), count, slope, intercept, rescaled.data());
  EXPECT_EQ(std::memcmp(expected.data(), rescaled.data(), count * sizeof(float)), 0)
      << slope << " " << intercept << " " << count;
}

TEST(Rescale, GivesTheBitsOfDouble) {
  on_every_target([] {
    for (const auto& [slope, intercept] : {std::pair{1.0, -1024.0},
                                           {1.0, 0.0},
                                           {-1.0, 0.0},
                                           {255.0, 65535.0},
                                           {256.0, 0.0},
                                           {300.0, 7.0},
                                           {0.1, 0.0},
                                           {2.44140625e-4, 1e-3},
                                           {1.0, 0.5},
                                           {1.0, 16777215.0},
                                           {1e30, -1e30}})
      for (const std::size_t count : {std::size_t{65536}, std::size_t{1}, std::size_t{37}}) {
        expect_double<std::uint16_t>(slope, intercept, count);
        expect_double<std::int16_t>(slope, intercept, count);
        expect_double<std::uint8_t>(slope, intercept, std::min<std::size_t>(count, 256));
        expect_double<std::int8_t>(slope, intercept, std::min<std::size_t>(count, 256));
      }
  });
}

}  // namespace
}  // namespace radflow
