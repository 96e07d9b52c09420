// The magnitudes of a pair of filters, such as the real and the imaginary part of a Gabor filter.
#pragma once

#include <cstddef>
#include <vector>

namespace radflow {

// Both have rows x columns weights, row by row.
struct QuadraturePair {
  std::size_t rows = 0, columns = 0;
  std::vector<double> even, odd;
};

// magnitudes[i] = sqrt(e^2 + o^2) for i < count, where e and o are the sums of weights times values: the weight at row r and
// column c is of lines[r][i + c]. A line has count + columns - 1 values.
void quadrature_magnitudes(const QuadraturePair& pair, const double* const* lines, std::size_t count,
                           double* magnitudes);

}  // namespace radflow
