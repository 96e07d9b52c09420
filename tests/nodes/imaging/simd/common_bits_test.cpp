#include "nodes/imaging/simd/common_bits.hpp"

#include <random>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(CommonBits, AreThoseOfAllRows) {
  on_every_target([] {
    std::mt19937 random{1};
    for (const std::size_t height : {1, 2, 7})
      for (const std::size_t width : {0, 1, 15, 64, 65, 200}) {
        std::vector<std::vector<std::uint8_t>> rows(height, std::vector<std::uint8_t>(width));
        std::vector<std::uint8_t> expected(width, 255), common(width);
        std::vector<const std::uint8_t*> pointers;
        for (auto& row : rows) {
          for (std::size_t i = 0; i < width; ++i)
            expected[i] &= row[i] = static_cast<std::uint8_t>(random() | random());
          pointers.push_back(row.data());
        }
        common_bits(pointers.data(), height, width, common.data());
        EXPECT_EQ(common, expected) << height << " rows of " << width;
      }
  });
}

}  // namespace
}  // namespace radflow
