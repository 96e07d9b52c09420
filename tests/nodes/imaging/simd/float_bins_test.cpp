#include "nodes/imaging/simd/float_bins.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

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

int bin_at(int place, const Binning& binning) { return place > binning.bins ? -1 : place - 1; }

TEST(FloatBins, AreThoseOfBinningOnEveryTarget) {
  on_every_target([] {
    std::mt19937 random{3};
    int proven = 0, tried = 0;
    for (int i = 0; i < 200; ++i) {
      const double low = std::round(std::uniform_real_distribution<>{-2000, 2000}(random));
      Binning binning{1 + static_cast<int>(random() % (i % 7 == 0 ? 1500 : 100)), low,
                      low + 1 + random() % 4000, i % 2 == 0};
      if (i % 5 == 0) binning = {binning.bins, low / 1000, low / 1000 + 1, i % 2 == 0};
      const FloatBins bins{binning};
      ++tried;
      proven += bins.proven();
      if (!bins.proven()) continue;
      const std::vector<float> values = values_around(binning);
      std::vector<std::uint8_t> bytes(values.size());
      std::vector<std::uint16_t> words(values.size());
      if (binning.bins <= FloatBins::most_of_bytes) bins(values.data(), values.size(), bytes.data());
      bins(values.data(), values.size(), words.data());
      int different = 0;
      for (std::size_t k = 0; k < values.size(); ++k) {
        const int expected = binning.bin_of(values[k]);
        different += bin_at(words[k], binning) != expected;
        if (binning.bins <= FloatBins::most_of_bytes) different += bin_at(bytes[k], binning) != expected;
      }
      EXPECT_EQ(different, 0) << binning.bins << " bins of " << binning.low << " to " << binning.high;
    }
    EXPECT_GT(proven, tried * 3 / 4);
  });
}

// Of what CT and MR are binned into, an edge at 0 among them, below which floats are as close as 1e-45.
TEST(FloatBins, AreProvenForRangesThatUsersHave) {
  on_every_target([] {
    for (const Binning& binning : {Binning{40, 0, 4096, true},
                                   {56, -1000, 400, true},
                                   {64, -1024, 1024, true},
                                   {256, -1024, 3072, true},
                                   {100, 0, 1, true},
                                   {10, -0.5, 9.5, false},
                                   {1400, -1000, 400, true}}) {
      const FloatBins bins{binning};
      EXPECT_TRUE(bins.proven()) << binning.bins << " bins of " << binning.low << " to " << binning.high;
      const std::vector<float> values{-1e-45F, -1e-30F, -0.0F, 0.0F, 1e-45F};
      std::vector<std::uint16_t> places(values.size());
      bins(values.data(), values.size(), places.data());
      for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_EQ(bin_at(places[i], binning), binning.bin_of(values[i])) << values[i];
    }
  });
}

TEST(FloatBins, AreThoseOfAnyNumberOfValues) {
  on_every_target([] {
    const FloatBins bins{{4, 0, 8, true}};
    for (std::size_t count = 0; count < 70; ++count) {
      std::vector<float> values(count);
      std::vector<std::uint8_t> found(count + 1, 99), expected(count + 1, 99);
      for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<float>(i % 8), expected[i] = static_cast<std::uint8_t>(1 + i % 8 / 2);
      bins(values.data(), count, found.data());
      EXPECT_EQ(found, expected);
    }
  });
}

}  // namespace
}  // namespace radflow
