#include "nodes/imaging/simd/eight_neighbours.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/eight_neighbours.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::ScalableTag<std::uint8_t>;
using Words = hn::RepartitionToWide<Bytes>;
using Integers = hn::RebindToSigned<Words>;
using V = hn::VFromD<Integers>;

// Negative where the neighbour is below the centre. `four` is 4 times a pixel; `block` the sum of centre, diagonal and the
// two between them.
template <bool ties>
HWY_INLINE V compared(V centre_four, V diagonal_four, V block, V horizontal_four, V vertical_four, int sign) {
  const Integers d;
  // floor(4 D * 23171 / 65536) = floor(D w / (1 - w)) - D for all D, see the test.
  const auto part = hn::MulHigh(hn::Sub(diagonal_four, centre_four), hn::Set(d, 23171));
  auto sum = hn::Sub(hn::Add(part, block), centre_four);
  if (ties && sign != 0) {
    const auto tied = hn::And(hn::Eq(block, centre_four), hn::Eq(diagonal_four, centre_four));
    auto side = horizontal_four;
    if (sign < 0) side = vertical_four;
    sum = hn::IfThenElse(hn::And(tied, hn::Lt(side, centre_four)), hn::Set(d, -1), sum);
  }
  return sum;
}

// The sign bits of words for even and for odd columns, as `bit` of bytes.
template <int bit>
HWY_INLINE auto signs_as(V even, V odd) {
  const Words d;
  const auto both =
      hn::Or(hn::ShiftRight<8>(hn::BitCast(d, even)), hn::And(hn::BitCast(d, odd), hn::Set(d, 0xFF00)));
  return hn::And(hn::ShiftRight<7 - bit>(both), hn::Set(d, 0x0101 << bit));
}

template <class B>
HWY_INLINE B bit_if_at_least(B neighbour, B centre, std::uint8_t bit) {
  return hn::IfThenElseZero(hn::Eq(hn::Max(neighbour, centre), neighbour), hn::Set(Bytes{}, bit));
}

HWY_INLINE V even_bytes(const std::uint8_t* from) {
  const Integers d;
  return hn::And(hn::BitCast(d, hn::LoadU(Bytes{}, from)), hn::Set(d, 0xFF));
}
HWY_INLINE V odd_bytes(const std::uint8_t* from) {
  return hn::BitCast(Integers{}, hn::ShiftRight<8>(hn::BitCast(Words{}, hn::LoadU(Bytes{}, from))));
}

// Of every row, the words of the columns -1 (l), 0 (e), 1 (o) and 2 (r) from each even one.
template <bool ties>
HWY_INLINE void strip(const std::uint8_t* const* rows, std::size_t first, std::size_t last,
                      std::size_t column, const TieSigns& signs, std::uint8_t* patterns, std::size_t stride) {
  const Bytes d8;
  const std::uint8_t* above = rows[first - 1] + column;
  const std::uint8_t* centre = rows[first] + column;
  auto al = even_bytes(above - 1), ae = odd_bytes(above - 1), ao = even_bytes(above + 1),
       ar = odd_bytes(above + 1);
  auto cl = even_bytes(centre - 1), ce = odd_bytes(centre - 1), co = even_bytes(centre + 1),
       cr = odd_bytes(centre + 1);
  auto middle = hn::Add(hn::Add(ae, ce), hn::Add(ao, co));
  auto left = hn::Add(hn::Add(al, cl), hn::Add(ae, ce)), right = hn::Add(hn::Add(ar, cr), hn::Add(ao, co));
  auto al4 = hn::ShiftLeft<2>(al), ae4 = hn::ShiftLeft<2>(ae), ao4 = hn::ShiftLeft<2>(ao),
       ar4 = hn::ShiftLeft<2>(ar);
  auto cl4 = hn::ShiftLeft<2>(cl), ce4 = hn::ShiftLeft<2>(ce), co4 = hn::ShiftLeft<2>(co),
       cr4 = hn::ShiftLeft<2>(cr);
  auto above_bytes = hn::LoadU(d8, above), centre_bytes = hn::LoadU(d8, centre);
  for (std::size_t row = first; row < last; ++row, patterns += stride) {
    const std::uint8_t* below = rows[row + 1] + column;
    const auto bl = even_bytes(below - 1), be = odd_bytes(below - 1), bo = even_bytes(below + 1),
               br = odd_bytes(below + 1);
    const auto pe = hn::Add(ce, be), po = hn::Add(co, bo);
    const auto below_left = hn::Add(hn::Add(cl, bl), pe), below_middle = hn::Add(pe, po);
    const auto below_right = hn::Add(hn::Add(cr, br), po);
    const auto bl4 = hn::ShiftLeft<2>(bl), be4 = hn::ShiftLeft<2>(be), bo4 = hn::ShiftLeft<2>(bo),
               br4 = hn::ShiftLeft<2>(br);

    auto less = signs_as<1>(compared<ties>(ce4, ao4, middle, co4, ae4, signs[0]),
                            compared<ties>(co4, ar4, right, cr4, ao4, signs[0]));
    less = hn::Or(less, signs_as<3>(compared<ties>(ce4, al4, left, cl4, ae4, signs[1]),
                                    compared<ties>(co4, ae4, middle, ce4, ao4, signs[1])));
    less = hn::Or(less, signs_as<5>(compared<ties>(ce4, bl4, below_left, cl4, be4, signs[2]),
                                    compared<ties>(co4, be4, below_middle, ce4, bo4, signs[2])));
    less = hn::Or(less, signs_as<7>(compared<ties>(ce4, bo4, below_middle, co4, be4, signs[3]),
                                    compared<ties>(co4, br4, below_right, cr4, bo4, signs[3])));

    const auto below_bytes = hn::LoadU(d8, below);
    auto bits = hn::Xor(hn::BitCast(d8, less), hn::Set(d8, 0b10101010));
    bits = hn::Or(bits, bit_if_at_least(hn::LoadU(d8, centre + 1), centre_bytes, 1));
    bits = hn::Or(bits, bit_if_at_least(above_bytes, centre_bytes, 4));
    bits = hn::Or(bits, bit_if_at_least(hn::LoadU(d8, centre - 1), centre_bytes, 16));
    bits = hn::Or(bits, bit_if_at_least(below_bytes, centre_bytes, 64));
    hn::StoreU(bits, d8, patterns);

    al4 = cl4, ae4 = ce4, ao4 = co4, ar4 = cr4;
    cl4 = bl4, ce4 = be4, co4 = bo4, cr4 = br4;
    cl = bl, ce = be, co = bo, cr = br;
    left = below_left, middle = below_middle, right = below_right;
    above_bytes = centre_bytes, centre_bytes = below_bytes;
    centre = below;
  }
}

void strip_kernel(const std::uint8_t* const* rows, std::size_t first, std::size_t last, std::size_t column,
                  const TieSigns& signs, std::uint8_t* patterns, std::size_t stride) {
  if (signs == TieSigns{})
    strip<false>(rows, first, last, column, signs, patterns, stride);
  else
    strip<true>(rows, first, last, column, signs, patterns, stride);
}

std::size_t strip_columns() { return hn::Lanes(Bytes{}); }

// Looks both halves of a byte up in tables of 16 and adds.
template <class B>
HWY_INLINE B sum_of_halves(B bytes, B table) {
  const Bytes d;
  const auto low = hn::And(bytes, hn::Set(d, 0x0F));
  const auto high = hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(Words{}, bytes))), hn::Set(d, 0x0F));
  return hn::Add(hn::TableLookupBytes(table, low), hn::TableLookupBytes(table, high));
}

void uniform_kernel(const std::uint8_t* patterns, std::size_t count, std::uint8_t* codes) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN static constexpr std::uint8_t ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
  const auto table = hn::LoadDup128(d, ones);
  for (std::size_t i = 0; i < count; i += lanes) {
    if (count < lanes) {
      HWY_ALIGN std::uint8_t in[hn::MaxLanes(d)] = {}, out[hn::MaxLanes(d)];
      std::copy_n(patterns, count, in);
      uniform_kernel(in, lanes, out);
      std::copy_n(out, count, codes);
      return;
    }
    i = std::min(i, count - lanes);
    const auto pattern = hn::LoadU(d, patterns + i);
    const auto shifted = hn::BitCast(d, hn::ShiftRight<1>(hn::BitCast(Words{}, pattern)));
    const auto changes = sum_of_halves(hn::And(hn::Xor(pattern, shifted), hn::Set(d, 0x7F)), table);
    const auto two = hn::Set(d, 2);
    const auto uniform = hn::Eq(hn::Max(changes, two), two);
    hn::StoreU(hn::IfThenElse(uniform, sum_of_halves(pattern, table), hn::Set(d, 9)), d, codes + i);
  }
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(strip_columns);
HWY_EXPORT(strip_kernel);
HWY_EXPORT(uniform_kernel);

std::size_t eight_neighbour_strip() { return HWY_DYNAMIC_DISPATCH(strip_columns)(); }

void eight_neighbour_patterns(const std::uint8_t* const* rows, std::size_t first, std::size_t last,
                              std::size_t column, const TieSigns& signs, std::uint8_t* patterns,
                              std::size_t stride) {
  HWY_DYNAMIC_DISPATCH(strip_kernel)(rows, first, last, column, signs, patterns, stride);
}

void uniform_codes_of_eight(const std::uint8_t* patterns, std::size_t count, std::uint8_t* codes) {
  HWY_DYNAMIC_DISPATCH(uniform_kernel)(patterns, count, codes);
}

}  // namespace radflow
#endif
