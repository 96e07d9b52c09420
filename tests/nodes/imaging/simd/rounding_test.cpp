#include "nodes/imaging/simd/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

// Ties, what is near them, and what saturates, of any number of values: more doubtful ones than the kernel has room for too.
TEST(RoundToBytes, RoundsAndNamesEachDoubtfulPlaceOnce) {
  constexpr float error = 1e-3F;
  on_every_target([] {
    std::mt19937 random{4};
    for (const std::size_t count : {0, 1, 63, 64, 65, 100, 127, 128, 191, 1000, 5000}) {
      std::vector<float> values(count);
      for (float& value : values) {
        value = static_cast<float>(random() % 520) / 2 - 2;
        if (random() % 3 == 0) value += 0.4F * error;
        if (random() % 3 == 0) value += 0.1F;
      }
      std::vector<std::uint8_t> bytes(count + 1, 77), expected(count + 1, 77);
      std::vector<std::uint32_t> doubtful{5}, near_ties{5};
      for (std::size_t i = 0; i < count; ++i) {
        const float value = std::clamp(values[i], 0.0F, 255.0F), nearest = std::nearbyint(value);
        expected[i] = static_cast<std::uint8_t>(nearest);
        if (std::abs(nearest - value) >= 0.5F - error) near_ties.push_back(static_cast<std::uint32_t>(i + 9));
      }
      round_to_bytes(values.data(), count, error, bytes.data(), doubtful, 9);
      EXPECT_EQ(bytes, expected) << count;
      EXPECT_EQ(doubtful, near_ties) << count;
    }
  });
}

}  // namespace
}  // namespace radflow
