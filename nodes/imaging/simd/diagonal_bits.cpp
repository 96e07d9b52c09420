#include "nodes/imaging/simd/diagonal_bits.hpp"

#include "nodes/imaging/simd/diagonal.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/diagonal_bits.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// The pixel at a place of the line as the centre.
template <LineOf what, Diagonal at>
HWY_INLINE double bit(PixelLines lines, std::size_t i, double across, double along_place) {
  constexpr bool down = what == LineOf::Column;
  constexpr int along_step = down ? at.row : at.column, across_step = down ? at.column : at.row;
  const double* other = across_step < 0 ? lines.before : lines.behind;
  const double centre = lines.centre[i], next = lines.centre[i + along_step];
  const double beside = other[i], diagonal = other[i + along_step];
  const double varying = fraction(along_place, along_step);
  const double value = interpolated<at>(down ? varying : across, down ? across : varying, centre,
                                        down ? beside : next, down ? next : beside, diagonal);
  return value - centre >= 0 ? static_cast<double>(at.bit) : 0.0;
}

// The compiler makes vectors of it.
template <LineOf what>
HWY_INLINE void decide(PixelLines lines, std::size_t count, int across, std::uint8_t* bits) {
  const double back = fraction(across, -1), forth = fraction(across, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = static_cast<double>(static_cast<int>(i));
    constexpr bool down = what == LineOf::Column;
    const double sum = bit<what, diagonals[0]>(lines, i + 1, down ? forth : back, place) +
                       bit<what, diagonals[1]>(lines, i + 1, back, place) +
                       bit<what, diagonals[2]>(lines, i + 1, down ? back : forth, place) +
                       bit<what, diagonals[3]>(lines, i + 1, forth, place);
    bits[i] = static_cast<std::uint8_t>(static_cast<int>(sum));
  }
}

void bits_kernel(PixelLines lines, std::size_t count, LineOf what, int across, std::uint8_t* bits) {
  if (what == LineOf::Row)
    decide<LineOf::Row>(lines, count, across, bits);
  else
    decide<LineOf::Column>(lines, count, across, bits);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(bits_kernel);

void diagonal_bits(PixelLines lines, std::size_t count, LineOf what, int across, std::uint8_t* bits) {
  HWY_DYNAMIC_DISPATCH(bits_kernel)(lines, count, what, across, bits);
}

}  // namespace radflow
#endif
