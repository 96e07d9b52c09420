#include "nodes/imaging/simd/counts.hpp"

#include <cmath>
#include <random>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(FewCodes, CountsWhatIsThereOnEveryTarget) {
  on_every_target([] {
    std::mt19937 random{1};
    for (std::size_t count : {0, 1, 15, 64, 65, 1000, 70000})
      for (int codes : {1, 2, 10, 16}) {
        std::vector<std::uint8_t> values(count), counted(count);
        for (auto& value : values)
          value = static_cast<std::uint8_t>(random() % 19 == 18 ? 255 : random() % 18);
        for (auto& one : counted) one = random() % 3 ? 255 : 0;
        for (const bool all : {true, false}) {
          std::vector<std::uint32_t> expected(16, 3), counts(16, 3);
          for (std::size_t i = 0; i < count; ++i)
            if ((all || counted[i] != 0) && values[i] < codes) ++expected[values[i]];
          count_few_codes(values.data(), all ? nullptr : counted.data(), count, codes, counts.data());
          EXPECT_EQ(counts, expected) << count << " values, " << codes << " codes";
        }
      }
  });
}

std::vector<float> values_around(const Binning& binning) {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> values{infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 0, -0.0F,
                            1e30F,    -1e30F};
  std::mt19937 random{2};
  for (int bin = 0; bin <= binning.bins; ++bin) {
    const auto edge = static_cast<float>(binning.edge(bin));
    for (const float value : {edge, std::nextafter(edge, infinity), std::nextafter(edge, -infinity)})
      values.push_back(value);
  }
  const double span = binning.high - binning.low;
  for (int i = 0; i < 3000; ++i)
    values.push_back(
        static_cast<float>(binning.low + span * std::uniform_real_distribution<>{-0.1, 1.1}(random)));
  return values;
}

TEST(FloatBins, AreThoseOfBinningOnEveryTarget) {
  on_every_target([] {
    std::mt19937 random{3};
    int proven = 0, tried = 0;
    for (int i = 0; i < 200; ++i) {
      const double low = std::round(std::uniform_real_distribution<>{-2000, 2000}(random));
      Binning binning{1 + static_cast<int>(random() % 100), low, low + 1 + random() % 4000, i % 2 == 0};
      if (i % 5 == 0) binning = {binning.bins, low / 1000, low / 1000 + 1, i % 2 == 0};
      const FloatBins bins{binning};
      ++tried;
      proven += bins.proven();
      if (!bins.proven()) continue;
      const std::vector<float> values = values_around(binning);
      std::vector<std::uint16_t> found(values.size());
      bins(values.data(), nullptr, values.size(), found.data());
      int different = 0;
      for (std::size_t k = 0; k < values.size(); ++k) {
        const int expected = binning.bin_of(values[k]);
        different += found[k] != (expected < 0 ? binning.bins : expected);
      }
      EXPECT_EQ(different, 0) << binning.bins << " bins of " << binning.low << " to " << binning.high;
    }
    EXPECT_GT(proven, tried * 3 / 4);
  });
}

TEST(FloatBins, LeaveOutWhatDoesNotCountForEveryNumberOfValues) {
  on_every_target([] {
    const FloatBins bins{{4, 0, 8, true}};
    for (std::size_t count = 0; count < 70; ++count) {
      std::vector<float> values(count, 5.0F);
      std::vector<std::uint8_t> counted(count);
      for (std::size_t i = 0; i < count; ++i) counted[i] = i % 3 ? 255 : 0;
      std::vector<std::uint16_t> found(count, 9), expected(count);
      for (std::size_t i = 0; i < count; ++i) expected[i] = i % 3 ? 2 : 4;
      bins(values.data(), counted.data(), count, found.data());
      EXPECT_EQ(found, expected);
    }
  });
}

}  // namespace
}  // namespace radflow
