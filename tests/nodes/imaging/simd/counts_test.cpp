#include "nodes/imaging/simd/counts.hpp"

#include <random>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(FewCodes, CountsWhatIsThereOnEveryTarget) {
  on_every_target([] {
    std::mt19937 random{1};
    for (std::size_t count : {0, 1, 15, 64, 65, 1000, 70000})
      for (int codes : {1, 2, 10, 16, 41, most_few_codes}) {
        std::vector<std::uint8_t> values(count), counted(count);
        for (auto& value : values)
          value = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : random() % 18);
        for (auto& one : counted) one = random() % 3 ? 255 : 0;
        for (const bool all : {true, false}) {
          std::vector<std::uint32_t> expected(most_few_codes, 3), counts(most_few_codes, 3);
          for (std::size_t i = 0; i < count; ++i)
            if ((all || counted[i] != 0) && values[i] < codes) ++expected[values[i]];
          count_few_codes(values.data(), all ? nullptr : counted.data(), count, codes, counts.data());
          EXPECT_EQ(counts, expected) << count << " values, " << codes << " codes";
        }
      }
  });
}

}  // namespace
}  // namespace radflow
