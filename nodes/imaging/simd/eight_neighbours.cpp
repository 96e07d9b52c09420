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
using B = hn::VFromD<Bytes>;

// The bits of the neighbours. They are told from outside: of constants that it knew GCC would make some anew for every vector.
using Bits = std::array<std::uint8_t, 8>;
constexpr std::uint8_t diagonal_bits = 0b10101010;

// 1 - w, of 65536: products with cross differences round down to the same integers, see the test.
constexpr std::int16_t share = 19195;

// Where a neighbour is below the centre. `part` is floor((1 - w) cross).
template <bool ties>
HWY_INLINE auto below_centre(V centre, V diagonal, V part, V cross, V horizontal, V vertical, int sign) {
  const Integers d;
  const auto less = hn::Lt(hn::Add(diagonal, part), centre);
  if (!ties || sign == 0) return less;
  auto side = horizontal;
  if (sign < 0) side = vertical;
  const auto tied = hn::And(hn::Eq(cross, hn::Zero(d)), hn::Eq(diagonal, centre));
  return hn::Or(less, hn::And(tied, hn::Lt(side, centre)));
}

HWY_INLINE V even_bytes(B bytes) {
  const Integers d;
  return hn::And(hn::BitCast(d, bytes), hn::Set(d, 0xFF));
}
HWY_INLINE V odd_bytes(B bytes) {
  return hn::BitCast(Integers{}, hn::ShiftRight<8>(hn::BitCast(Words{}, bytes)));
}

// Adds a bit where words of even and of odd columns say so. AVX-512 has masks of its own and adds by them.
template <class Mask>
HWY_INLINE B with_bit(B bits, Mask even, Mask odd, B bit) {
  const Integers d;
  const Bytes d8;
  const auto low = hn::Set(d, 0xFF);
#if HWY_TARGET <= HWY_AVX3
  const auto both = hn::BitCast(d, bit);
  auto words = hn::BitCast(d, bits);
  words = hn::IfThenElse(even, hn::Add(words, hn::And(low, both)), words);
  words = hn::IfThenElse(odd, hn::Add(words, hn::AndNot(low, both)), words);
  return hn::BitCast(d8, words);
#else
  const auto set =
      hn::IfThenElse(hn::MaskFromVec(hn::BitCast(d8, low)), hn::BitCast(d8, hn::VecFromMask(d, even)),
                     hn::BitCast(d8, hn::VecFromMask(d, odd)));
  return hn::Or(bits, hn::And(set, bit));
#endif
}
HWY_INLINE B with_bit_if_at_least(B bits, B neighbour, B centre, B bit) {
#if HWY_TARGET <= HWY_AVX3
  return hn::IfThenElse(hn::Lt(neighbour, centre), bits, hn::Add(bits, bit));
#else
  return hn::Or(bits, hn::IfThenElseZero(hn::Eq(hn::Max(neighbour, centre), neighbour), bit));
#endif
}

// Between two rows, of which there are the words of the columns -1 (l), 0 (e), 1 (o) and 2 (r) from each even one: where the
// lower row is below its neighbours in the upper one (bits 1 and 3, `up`) and the upper row below those in the lower one (bits 5
// and 7, `down`).
template <bool ties>
HWY_INLINE void between_rows(V l, V e, V o, V r, V below_l, V below_e, V below_o, V below_r,
                             const TieSigns& signs, const Bits bit, B& up, B& down) {
  const Integers d;
  const Bytes d8;
  const auto plus = hn::Set(d, share), minus = hn::Set(d, -share);
  const auto fall_l = hn::Sub(l, below_l), fall_e = hn::Sub(e, below_e), fall_o = hn::Sub(o, below_o),
             fall_r = hn::Sub(r, below_r);
  const auto left = hn::Sub(fall_e, fall_l), middle = hn::Sub(fall_o, fall_e),
             right = hn::Sub(fall_r, fall_o);
  const auto falling = hn::MulHigh(middle, plus), right_falling = hn::MulHigh(right, plus);
  down = with_bit(hn::Zero(d8), below_centre<ties>(e, below_o, falling, middle, o, below_e, signs[3]),
                  below_centre<ties>(o, below_r, right_falling, right, r, below_o, signs[3]),
                  hn::Set(d8, bit[7]));
  const auto left_falling = hn::MulHigh(left, plus);
  up = with_bit(hn::Zero(d8), below_centre<ties>(below_e, l, left_falling, left, below_l, e, signs[1]),
                below_centre<ties>(below_o, e, falling, middle, below_e, o, signs[1]), hn::Set(d8, bit[3]));
  const auto left_rising = hn::MulHigh(left, minus), rising = hn::MulHigh(middle, minus);
  down = with_bit(down, below_centre<ties>(e, below_l, left_rising, left, l, below_e, signs[2]),
                  below_centre<ties>(o, below_e, rising, middle, e, below_o, signs[2]), hn::Set(d8, bit[5]));
  const auto right_rising = hn::MulHigh(right, minus);
  up = with_bit(up, below_centre<ties>(below_e, o, rising, middle, below_o, e, signs[0]),
                below_centre<ties>(below_o, r, right_rising, right, below_r, o, signs[0]),
                hn::Set(d8, bit[1]));
}

template <bool ties>
HWY_INLINE void strip(const std::uint8_t* const* rows, std::size_t first, std::size_t last,
                      std::size_t column, const TieSigns& signs, const Bits bit, std::uint8_t* patterns,
                      std::size_t stride) {
  const Bytes d8;
  const std::uint8_t *above = rows[first - 1] + column, *centre = rows[first] + column;
  auto left = hn::LoadU(d8, centre - 1), right = hn::LoadU(d8, centre + 1);
  auto l = even_bytes(left), e = odd_bytes(left), o = even_bytes(right), r = odd_bytes(right);
  auto up = hn::Zero(d8), next_up = up, down = up;
  {
    const auto above_left = hn::LoadU(d8, above - 1), above_right = hn::LoadU(d8, above + 1);
    between_rows<ties>(even_bytes(above_left), odd_bytes(above_left), even_bytes(above_right),
                       odd_bytes(above_right), l, e, o, r, signs, bit, up, down);
  }
  for (std::size_t row = first; row < last; ++row, patterns += stride) {
    const std::uint8_t* below = rows[row + 1] + column;
    const auto below_left = hn::LoadU(d8, below - 1), below_right = hn::LoadU(d8, below + 1);
    const auto below_l = even_bytes(below_left), below_e = odd_bytes(below_left),
               below_o = even_bytes(below_right), below_r = odd_bytes(below_right);
    between_rows<ties>(l, e, o, r, below_l, below_e, below_o, below_r, signs, bit, next_up, down);
    const auto at = hn::LoadU(d8, centre);
    auto bits = with_bit_if_at_least(hn::Zero(d8), hn::LoadU(d8, below), at, hn::Set(d8, bit[6]));
    bits = with_bit_if_at_least(bits, left, at, hn::Set(d8, bit[4]));
    bits = with_bit_if_at_least(bits, hn::LoadU(d8, above), at, hn::Set(d8, bit[2]));
    bits = with_bit_if_at_least(bits, right, at, hn::Set(d8, bit[0]));
    hn::StoreU(hn::Or(bits, hn::Xor(hn::Or(up, down), hn::Set(d8, diagonal_bits))), d8, patterns);
    l = below_l, e = below_e, o = below_o, r = below_r;
    left = below_left, right = below_right;
    up = next_up;
    above = centre, centre = below;
  }
}

void strip_kernel(const std::uint8_t* const* rows, std::size_t first, std::size_t last, std::size_t column,
                  const TieSigns& signs, const Bits& bit, std::uint8_t* patterns, std::size_t stride) {
  if (signs == TieSigns{})
    strip<false>(rows, first, last, column, signs, bit, patterns, stride);
  else
    strip<true>(rows, first, last, column, signs, bit, patterns, stride);
}

std::size_t strip_columns() { return hn::Lanes(Bytes{}); }

// Looks both halves of a byte up in tables of 16 and adds.
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
  constexpr std::array<std::uint8_t, 8> bits{1, 2, 4, 8, 16, 32, 64, 128};
  HWY_DYNAMIC_DISPATCH(strip_kernel)(rows, first, last, column, signs, bits, patterns, stride);
}

void uniform_codes_of_eight(const std::uint8_t* patterns, std::size_t count, std::uint8_t* codes) {
  HWY_DYNAMIC_DISPATCH(uniform_kernel)(patterns, count, codes);
}

}  // namespace radflow
#endif
