// wavelet. Numbers are those of PyWavelets 1.9 for pattern(27, 22): of each band of wavedec2, from the finest on, the mean of the
// squares, of the absolute values, and the standard deviation.
#include <cmath>

#include "nodes/features/wavelet_filters.hpp"
#include "nodes/types/features.hpp"
#include "tests/nodes/features/by_name.hpp"
#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

void expect_bands(const std::string& yaml, const std::vector<double>& expected) {
  const auto features = made<Features>(yaml, pattern(27, 22));
  ASSERT_EQ(features.values.size(), expected.size()) << yaml;
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(features.values[i], expected[i], 1e-6 * std::abs(expected[i]))
        << yaml << ": " << (*features.names)[i];
}

TEST(Wavelet, EqualsPyWavelets) {
  expect_bands("wavelet: {family: db2, mode: symmetric, levels: 2}",
               {883.389172393, 24.087295305,  29.6992249524, 691.007817362, 21.0831969098, 26.2588830905,
                769.121980022, 22.5665736447, 27.7329169954, 713.35130663,  22.361367818,  26.3756548309,
                1158.52753347, 25.403609964,  34.0086557345, 471.084415835, 15.6881396321, 21.5846814815,
                37480.18781,   188.841876289, 42.6489574277});
  expect_bands("wavelet: {family: haar, mode: zero, levels: 3}",
               {1031.15909091, 25.6298701299, 32.0766128341, 664.425324675, 21.0649350649, 25.7544411312,
                881.574675325, 23.9155844156, 29.6772030438, 861.428571429, 22.9642857143, 27.5853550649,
                2113.14880952, 33.6666666667, 44.280288006,  629.285714286, 19.8214285714, 25.0821072315,
                5457.58333333, 47.9791666667, 67.7660907501, 3521.09895833, 45.9583333333, 51.9549918733,
                410.791666667, 15.25,         20.2124136774, 104003.796875, 303.708333333, 108.466792793});
  expect_bands("wavelet: {family: sym4, mode: reflect, levels: 1}",
               {749.63421549, 22.356753412, 27.2028838753, 780.834306631, 23.4750758267, 27.9267897604,
                773.040276539, 22.3574514193, 27.7938840617, 10488.333697, 98.7262171625, 27.2299052845});
  expect_bands("wavelet: {family: coif1, mode: periodic, levels: 2}",
               {950.124255573, 25.7326898999, 30.8199042559, 725.764390891, 22.3547276993, 26.9368684845,
                794.908240498, 23.3783526101, 28.1941018669, 939.071707357, 25.3401476016, 29.7757531982,
                455.972051629, 17.3972237845, 21.2223927129, 858.550370222, 24.2812633071, 29.1390126508,
                36667.4419859, 190.407971029, 20.3038556548});
  expect_bands("wavelet: {family: db3, mode: constant, levels: 2}",
               {939.091181729, 22.9657203079, 30.5952803314, 722.448078321, 19.2072594452, 26.8026650077,
                478.691687863, 15.3947177359, 21.8709658863, 1001.58433664, 21.8311664111, 30.5188832007,
                1231.1909839,  23.4358016659, 34.9214537403, 279.525852401, 9.30694740387, 16.7073789878,
                33492.0819446, 168.209562823, 72.6130013028});
}

TEST(WaveletFilters, AreOrthonormal) {
  for (const auto& choice : choices_of(Wavelet{})) {
    const WaveletFilters filters{choice.value};
    double sum = 0;
    for (const double value : filters.low) sum += value;
    EXPECT_NEAR(sum, std::sqrt(2), 1e-10) << choice.name;
    for (int shift = 0; shift < filters.length(); shift += 2) {
      double low = 0, both = 0;
      for (int k = 0; k + shift < filters.length(); ++k) {
        low += filters.low[k] * filters.low[k + shift];
        both += filters.low[k] * filters.high[k + shift];
      }
      EXPECT_NEAR(low, shift == 0 ? 1 : 0, 1e-10) << choice.name << " shifted by " << shift;
      EXPECT_NEAR(both, 0, 1e-10) << choice.name << " shifted by " << shift;
    }
  }
}

TEST(Wavelet, OfAConstantOnlyTheRestIsLeft) {
  const auto bands =
      by_name("wavelet: {levels: 2}", Frame{.pixels = cv::Mat(16, 16, CV_16S, cv::Scalar{-32768})});
  for (const char* band : {"h1", "v1", "d1", "h2", "v2", "d2"})
    EXPECT_NEAR(bands.at(band + std::string{".magnitude"}), 0, 1e-6) << band;
  EXPECT_NEAR(bands.at("a2.magnitude"), 4 * 32768, 1e-6);
}

TEST(Wavelet, APaddedPixelHasNoPartInAnyCoefficient) {
  const auto with = [](double padding) {
    Frame frame = pattern(27, 22);
    frame.valid = cv::Mat(27, 22, CV_8U, cv::Scalar{255});
    frame.valid.colRange(0, 6) = 0;
    frame.pixels.colRange(0, 6) = padding;
    return frame;
  };
  const auto a = by_name("wavelet: {levels: 2}", with(-9999)), b = by_name("wavelet: {levels: 2}", with(50));
  for (const auto& [name, value] : a) EXPECT_EQ(value, b.at(name)) << name;
  Frame whole = pattern(27, 22);
  EXPECT_NE(a.at("h1.energy"), by_name("wavelet: {levels: 2}", whole).at("h1.energy"));
}

TEST(Wavelet, AMaskLeavesCoefficientsOutAndAnEmptyOneAll) {
  const Frame frame = pattern(16, 16);
  Mask half{cv::Mat::zeros(16, 16, CV_16U)};
  half.labels.rowRange(0, 8) = 2;
  // Haar's coefficients lie in two rows each: the upper half is that of the frame cut in two.
  const auto masked = by_name("wavelet: {family: haar, levels: 1}", frame, half);
  const auto cut =
      by_name("wavelet: {family: haar, levels: 1}", frame.with_pixels(frame.pixels.rowRange(0, 8).clone()));
  for (const auto& [name, value] : cut) EXPECT_NEAR(masked.at(name), value, 1e-9) << name;
  for (const auto& [name, value] :
       by_name("wavelet: {levels: 1}", frame, Mask{cv::Mat::zeros(16, 16, CV_16U)}))
    EXPECT_TRUE(std::isnan(value)) << name;
}

TEST(Wavelet, RefusesMoreLevelsThanTheFrameHas) {
  EXPECT_EQ(why("wavelet: {family: db2, levels: 3}", pattern(23, 40)), "frame_too_small");
  EXPECT_EQ(why("wavelet: {family: db2, levels: 3}", pattern(24, 40)), "");
}

}  // namespace
}  // namespace radflow
