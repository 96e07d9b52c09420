#include "nodes/imaging/simd/ramp.hpp"

#include <cmath>
#include <limits>
#include <random>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

// Where the kernel of a type and the formula differ.
template <typename T>
int differences(const Ramp& ramp, const std::vector<T>& values) {
  std::vector<std::uint8_t> shades(values.size(), 77);
  if constexpr (std::is_same_v<T, float>)
    apply_ramp(ramp, values.data(), values.size(), shades.data());
  else
    IntegerRamp<T>{ramp}(values.data(), values.size(), shades.data());
  int different = 0;
  for (std::size_t i = 0; i < values.size(); ++i) different += shades[i] != ramp.shade(values[i]);
  return different;
}

template <typename T>
std::vector<T> all_values() {
  std::vector<T> values;
  for (int value = std::numeric_limits<T>::min(); value <= std::numeric_limits<T>::max(); ++value)
    values.push_back(static_cast<T>(value));
  return values;
}

// Usual ones, those of integers and halves, narrow, wide, out of reach.
std::vector<Ramp> ramps() {
  std::vector<Ramp> all{{40, 400},    {2000, 3000}, {39.5, 399},  {127.5, 255}, {2047.5, 4095}, {0, 1e-6},
                        {100, 1},     {100, 0.5},   {-70000, 10}, {1e9, 10},    {30000, 1e7},   {0, 510},
                        {-600, 1500}, {0, 1e12},    {65535, 4},   {-32768, 3},  {3e38, 1},      {0, 1e-300}};
  std::mt19937 random{7};
  for (int i = 0; i < 60; ++i) {
    const double width = std::exp2(std::uniform_real_distribution<>{-2, 17}(random));
    const double middle = std::uniform_real_distribution<>{-40000, 70000}(random);
    all.push_back(i % 2 ? Ramp{std::round(middle), std::ceil(width)} : Ramp{middle, width});
  }
  for (std::size_t i = 0, count = all.size(); i < count; ++i)
    all.push_back({all[i].middle, all[i].width, true});
  return all;
}

template <typename T>
void integers_are_exact() {
  const std::vector<T> values = all_values<T>();
  for (const Ramp& ramp : ramps())
    EXPECT_EQ(differences(ramp, values), 0) << ramp.middle << " " << ramp.width << " " << ramp.inverted;
}

TEST(Ramp, IntegersGetTheFormulasShadesOnEveryTarget) {
  on_every_target([] {
    integers_are_exact<std::uint16_t>();
    integers_are_exact<std::int16_t>();
    integers_are_exact<std::uint8_t>();
    integers_are_exact<std::int8_t>();
  });
}

TEST(Ramp, FloatsGetTheFormulasShadesOnEveryTarget) {
  std::mt19937 random{3};
  const float infinity = std::numeric_limits<float>::infinity();
  on_every_target([&] {
    for (const Ramp& ramp : ramps()) {
      std::vector<float> values{infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 0, -0.0F, 3e38F,
                                -3e38F,   1e-45F};
      for (int i = -520; i <= 520; ++i) {  // at and beside the ties and the ends
        const auto at = static_cast<float>(ramp.middle + i / 510.0 * ramp.width);
        for (const float value : {at, std::nextafter(at, infinity), std::nextafter(at, -infinity)})
          values.push_back(value);
      }
      for (int i = 0; i < 500; ++i)
        values.push_back(std::uniform_real_distribution<float>{-1e5F, 1e5F}(random));
      for (int i = -500; i < 500; ++i)
        values.push_back(static_cast<float>(std::round(ramp.middle)) + i * 0.5F);
      EXPECT_EQ(differences(ramp, values), 0) << ramp.middle << " " << ramp.width << " " << ramp.inverted;
    }
  });
}

TEST(Ramp, EveryNumberOfValues) {
  on_every_target([] {
    const Ramp ramp{50, 100};
    for (std::size_t count = 0; count < 140; ++count) {
      std::vector<float> floats;
      for (std::size_t i = 0; i < count; ++i) floats.push_back(static_cast<float>(i));
      EXPECT_EQ(differences(ramp, floats), 0) << count;
      EXPECT_EQ(differences(ramp, std::vector<std::uint16_t>(floats.begin(), floats.end())), 0) << count;
      EXPECT_EQ(differences(ramp, std::vector<std::uint8_t>(floats.begin(), floats.end())), 0) << count;
    }
  });
}

// LINEAR, as scanners and viewers write it, with any width and whole centres: a table is the exception.
TEST(Ramp, MostWindowsNeedNoTable) {
  on_every_target([] {
    int tables = 0;
    for (int width = 100; width < 1100; ++width)
      tables += !IntegerRamp<std::int16_t>{{39.5, width - 1.0}}.proven();
    EXPECT_LE(tables, 20);
    int exact = 0;
    for (int width = 100; width < 1100; ++width)
      exact += !IntegerRamp<std::int16_t>{{40, width * 1.0}}.proven();
    EXPECT_LE(exact, 150);  // with a tie at the centre
  });
}

}  // namespace
}  // namespace radflow
