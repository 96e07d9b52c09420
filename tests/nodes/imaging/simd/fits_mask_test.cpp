#include "nodes/imaging/simd/fits_mask.hpp"

#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(FitsMask, IsFalseForOneNumberAnywhereWithABitOutside) {
  on_every_target([] {
    for (const std::size_t count : {0, 1, 15, 64, 127, 4096, 4100, 9000}) {
      std::vector<std::uint16_t> numbers(count, 0x0fff);
      EXPECT_TRUE(fits_mask(numbers.data(), count, 0, 0x0fff)) << count;
      for (std::size_t at = 0; at < count; at += 1 + at / 8) {
        numbers[at] = 0x1000;
        EXPECT_FALSE(fits_mask(numbers.data(), count, 0, 0x0fff)) << at << " of " << count;
        numbers[at] = 0x0fff;
      }
    }
  });
}

TEST(FitsMask, TellsEveryNumberOfElevenSignedBits) {
  on_every_target([] {
    for (int value = -32768; value < 32768; ++value) {
      const std::vector<std::uint16_t> numbers(70, static_cast<std::uint16_t>(value));
      const bool fits = value >= -1024 && value < 1024;
      ASSERT_EQ(fits_mask(numbers.data(), numbers.size(), 1024, 0x07ff), fits) << value;
    }
  });
}

}  // namespace
}  // namespace radflow
