// Shades: the values of a range as positions between the centres of equal bins, for nodes that change them by a table with
// an entry per bin (equalize, clahe). What the tables hold are shades, from 0 to the number of bins less one.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/simd/binning.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

class ShadeScale {
 public:
  // As bins_of() makes them: with bins for single values, whose centre is the value, shades are values.
  explicit ShadeScale(const Binning& bins)
      : low_{bins.low},
        width_{(bins.high - bins.low) / bins.bins},
        last_{bins.bins - 1},
        black_{bins.closed ? bins.low : bins.low + width_ / 2},
        step_{((bins.closed ? bins.high : bins.high - width_ / 2) - black_) / last_} {}

  // Between the centres of two bins.
  struct Place {
    int below = 0;
    float share = 0;  // How far it is to the next one, 0 to 1.
    // What a table holds there.
    float of(const float* table) const {
      return share == 0 ? table[below] : table[below] + share * (table[below + 1] - table[below]);
    }
  };
  Place place(double value) const {
    const double at = std::clamp((value - low_) / width_ - 0.5, 0.0, static_cast<double>(last_));
    const int below = std::min(static_cast<int>(at), last_ - 1);
    return {below, static_cast<float>(at - below)};
  }
  double value(float shade) const { return black_ + shade * step_; }

 private:
  double low_, width_;
  int last_;
  double black_, step_;
};

// The places of all values of a byte, so that no pixel asks for its own.
template <typename T>
std::vector<ShadeScale::Place> places_of_bytes(const ShadeScale& scale) {
  std::vector<ShadeScale::Place> places;
  for (int byte = 0; byte < 256; ++byte) places.push_back(scale.place(static_cast<T>(byte)));
  return places;
}

// The frame with shades as its values, in the depth that it has: of_row(row) gives a function of a place and a column. Padding
// and NaN stay.
template <typename OfRow>
Frame shaded(const Frame& frame, const ShadeScale& scale, const OfRow& of_row) {
  cv::Mat pixels(frame.pixels.size(), frame.pixels.type());
  for_depth(frame.pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<ShadeScale::Place> places;
    if constexpr (sizeof(T) == 1) places = places_of_bytes<T>(scale);
    for (int row = 0; row < pixels.rows; ++row) {
      const auto shade_of = of_row(row);
      const T* line = frame.pixels.ptr<T>(row);
      T* out = pixels.ptr<T>(row);
      for (int column = 0; column < pixels.cols; ++column) {
        const T value = line[column];
        if constexpr (sizeof(T) == 1) {
          out[column] =
              cv::saturate_cast<T>(scale.value(shade_of(places[static_cast<std::uint8_t>(value)], column)));
        } else {
          out[column] = value;
          if constexpr (std::is_floating_point_v<T>)
            if (std::isnan(value)) continue;
          out[column] = cv::saturate_cast<T>(scale.value(shade_of(scale.place(value), column)));
        }
      }
    }
  });
  if (!frame.valid.empty()) frame.pixels.copyTo(pixels, frame.valid == 0);
  return frame.with_pixels(std::move(pixels));
}

}  // namespace radflow
