#include "nodes/imaging/simd/quadrature.hpp"

#include <cmath>
#include <random>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(Quadrature, IsTheLengthOfTwoWeightedSumsOnEveryTarget) {
  std::mt19937 random{1};
  std::uniform_real_distribution<double> number{-100, 100};
  const auto numbers = [&](std::size_t count) {
    std::vector<double> list(count);
    for (double& value : list) value = number(random);
    return list;
  };
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{1, 1}, {3, 5}, {9, 7}})
    for (const std::size_t count : {1, 2, 7, 8, 31, 32, 33, 77}) {
      const QuadraturePair pair{rows, columns, numbers(rows * columns), numbers(rows * columns)};
      std::vector<std::vector<double>> values;
      std::vector<const double*> lines;
      for (std::size_t row = 0; row < rows; ++row) values.push_back(numbers(count + columns - 1));
      for (const auto& line : values) lines.push_back(line.data());
      std::vector<double> expected;
      for (std::size_t i = 0; i < count; ++i) {
        double even = 0, odd = 0;
        for (std::size_t row = 0; row < rows; ++row)
          for (std::size_t column = 0; column < columns; ++column) {
            even += pair.even[row * columns + column] * values[row][i + column];
            odd += pair.odd[row * columns + column] * values[row][i + column];
          }
        expected.push_back(std::hypot(even, odd));
      }
      on_every_target([&] {
        std::vector<double> magnitudes(count + 1, -1);
        quadrature_magnitudes(pair, lines.data(), count, magnitudes.data());
        for (std::size_t i = 0; i < count; ++i)
          EXPECT_NEAR(magnitudes[i], expected[i], 1e-9) << rows << " x " << columns << ", " << i;
        EXPECT_EQ(magnitudes[count], -1) << "nothing is written behind the last";
      });
    }
}

}  // namespace
}  // namespace radflow
