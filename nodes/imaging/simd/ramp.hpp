// The straight ramp of a window to 8-bit shades. What it gives is what the formula gives in double, rounded to nearest
// even, for every value: floats compute where they surely round to the same, doubles decide near a tie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// 255 * clamp((x - middle) / width + 0.5, 0, 1); white to black if inverted. NaN is black.
struct Ramp {
  double middle = 0;
  double width = 1;  // above 0
  bool inverted = false;

  std::uint8_t shade(double x) const;
  bool operator==(const Ramp&) const = default;
};

// What the kernel for integers is given. Values are first flipped to be unsigned.
struct IntegerLine {
  std::uint16_t flip = 0;
  std::uint16_t start = 0;
  std::uint16_t reach =
      0;  // distances from the start beyond it have the last shade; 0xFFFF: they need no limit
  float slope = 0, offset = 0;
};

// For integers of 8 and 16 bit: one multiply-add in float of the distance from where the ramp starts. It is proven when it
// is made, by running the kernel on both sides of all 255 places where the shade changes (both are monotone, so they are
// equal everywhere); ramps that fail that, with exact ties in several places, get a table of all values. Made for the target that is chosen then.
template <typename T>  // uint8_t, int8_t, uint16_t, int16_t
class IntegerRamp {
 public:
  explicit IntegerRamp(const Ramp& ramp);
  void operator()(const T* values, std::size_t count, std::uint8_t* shades) const;
  bool proven() const { return table_.empty(); }

 private:
  IntegerLine line_;
  std::vector<std::uint8_t> table_;  // each value's shade, where the kernel is not exact
};

// What the kernel for floats is given.
struct FloatRamp {
  double middle, width;
  float start, slope, offset;
  bool inverted;
  float sure;  // what is so near to an integer is surely rounded to it; negative: nothing is
};
void apply_ramp(const Ramp& ramp, const float* values, std::size_t count, std::uint8_t* shades);

}  // namespace radflow
