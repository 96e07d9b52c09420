// A small picture with edges and texture, that Python makes as well: the numbers in tests that use it are what a reference
// library returned for it.
//   r, c = np.mgrid[:rows, :columns]
//   ((r * 37 + c * c * 11 + (r * c) % 5 * 23) % 97).astype(float)
#pragma once

#include "tests/nodes/frames.hpp"

namespace radflow {

inline Frame pattern(int rows, int columns) {
  cv::Mat_<double> pixels(rows, columns);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) pixels(r, c) = (r * 37 + c * c * 11 + (r * c) % 5 * 23) % 97;
  return Frame{.pixels = pixels};
}

}  // namespace radflow
