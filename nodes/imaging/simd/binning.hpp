// Binning: which of equal bins a value falls into, as numpy.histogram decides it. A bin holds its lower edge.
#pragma once

#include <algorithm>

namespace radflow {

struct Binning {
  int bins = 0;
  double low = 0;
  double high = 0;
  bool closed = false;  // `high` itself falls into the last bin

  bool operator==(const Binning&) const = default;

  // The lower edge of a bin.
  double edge(int bin) const { return low + bin * ((high - low) / bins); }

  // -1 where the value is outside or NaN.
  int bin_of(double value) const {
    if (!(value >= low && value <= high)) return -1;
    if (value == high) return closed ? bins - 1 : -1;
    // The product may land a value that is an edge on the wrong side of it.
    const int bin = std::min(static_cast<int>((value - low) * (bins / (high - low))), bins - 1);
    if (value < edge(bin)) return bin - 1;
    return bin + 1 < bins && value >= edge(bin + 1) ? bin + 1 : bin;
  }
};

}  // namespace radflow
