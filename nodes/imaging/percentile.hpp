// Percentiles as numpy.percentile has them: between the two nearest values.
#pragma once

#include <vector>

namespace radflow {

// Sorts numbers, none of them NaN, upwards.
void sort_numbers(std::vector<double>& numbers);

// Of numbers that are sorted upwards, at least one; `percent` from 0 to 100.
double percentile(const std::vector<double>& sorted, double percent);

}  // namespace radflow
