// The discrete wavelet transform in one dimension, with PyWavelets' filters, modes and names. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "graph/param_codec.hpp"

namespace radflow {

enum class Wavelet { Haar, Db2, Db3, Db4, Db6, Db8, Sym4, Sym8, Coif1, Coif2 };
Choices<Wavelet> choices_of(Wavelet);

// What stands beyond the ends of a line.
enum class WaveletMode { Zero, Constant, Symmetric, Reflect, Periodic };
Choices<WaveletMode> choices_of(WaveletMode);

struct WaveletFilters {
  explicit WaveletFilters(Wavelet);
  int length() const { return static_cast<int>(low.size()); }
  // How many levels a line of `size` pixels has, beyond which a filter is longer than what is left: dwt_max_level.
  int most_levels(int size) const;
  // How many coefficients come of `size` values.
  int half(int size) const { return (size + length() - 1) / 2; }

  std::vector<double> low, high;  // the filters of decomposition
};

// The place in a line of `size` values that stands at `at`, beyond its ends too; -1: nothing does.
int extended(int at, int size, WaveletMode mode);

}  // namespace radflow
