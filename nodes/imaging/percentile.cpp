#include "nodes/imaging/percentile.hpp"

#include <hwy/contrib/sort/vqsort.h>
#include <algorithm>
#include <cmath>

namespace radflow {

void sort_numbers(std::vector<double>& numbers) {
  hwy::Sorter{}(numbers.data(), numbers.size(), hwy::SortAscending{});
}

double percentile(const std::vector<double>& sorted, double percent) {
  const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

}  // namespace radflow
