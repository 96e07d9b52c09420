#include "nodes/imaging/simd/turn.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/turn.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// Anew for every target.
#include "nodes/imaging/simd/turn_blocks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

// A whole number below 256 in all four bytes of its lane.
HWY_INLINE hn::VFromD<Integers> in_each_byte(Vector whole) {
  const Floats d;
  const Integers di;
  // 1.5 * 2^23: the last byte of a sum with it is the number. Conversions to integers would mind what no number here is.
  const auto moved = hn::BitCast(di, hn::Add(whole, hn::Set(d, 12582912.0F)));
  const auto last = hn::Mul(hn::And(hn::Iota(di, 0), hn::Set(di, 3)), hn::Set(di, 0x04040404));
  return hn::TableLookupBytes(moved, last);
}

// A row of four pixels of each block of a vector.
template <class D>
HWY_INLINE hn::VFromD<D> row_of(D d, const float* from, const std::int32_t* places) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    return hn::LoadU(d, from + *places);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, row_of(half, from, places + hn::MaxLanes(half) / 4), row_of(half, from, places));
  }
}
// The four rows of four bytes of each block of a vector.
template <class D>
HWY_INLINE hn::VFromD<D> rows_of(D d, const std::uint8_t* from, std::size_t stride,
                                 const std::int32_t* places) {
  const hn::Half<D> half;
  if constexpr (hn::MaxLanes(d) <= 4) {
    const hn::Half<decltype(half)> row;
    const std::uint8_t* const at = from + *places;
    const auto upper = hn::Combine(half, hn::LoadU(row, reinterpret_cast<const std::int32_t*>(at + stride)),
                                   hn::LoadU(row, reinterpret_cast<const std::int32_t*>(at)));
    const auto lower =
        hn::Combine(half, hn::LoadU(row, reinterpret_cast<const std::int32_t*>(at + 3 * stride)),
                    hn::LoadU(row, reinterpret_cast<const std::int32_t*>(at + 2 * stride)));
    return hn::Combine(d, lower, upper);
  } else {
    return hn::Combine(d, rows_of(half, from, stride, places + hn::MaxLanes(half) / 4),
                       rows_of(half, from, stride, places));
  }
}
// Of each pixel the four bytes around it, those above first, from the lowest byte on.
HWY_INLINE hn::VFromD<Integers> bytes_around(const std::uint8_t* image, std::size_t stride,
                                             const std::int32_t* places, Vector x, Vector y) {
  const Integers d;
  const auto first = in_each_byte(hn::MulAdd(hn::Floor(y), hn::Set(Floats{}, 4.0F), hn::Floor(x)));
  return hn::TableLookupBytes(rows_of(d, image, stride, places), hn::Add(first, hn::Set(d, 0x05040100)));
}

HWY_INLINE Vector between(Vector first, Vector second, Vector part) {
  // By differences: where all four are equal the result is that value.
  return hn::MulAdd(part, hn::Sub(second, first), first);
}
HWY_INLINE Vector pick(Vector row, hn::VFromD<Integers> bytes) {
  return hn::BitCast(Floats{}, hn::TableLookupBytes(hn::BitCast(Integers{}, row), bytes));
}
HWY_INLINE Vector along(const float* image, const std::int32_t* places, hn::VFromD<Integers> left,
                        hn::VFromD<Integers> right, Vector part) {
  const auto row = row_of(Floats{}, image, places);
  return between(pick(row, left), pick(row, right), part);
}

// Along the rows above and below each pixel.
HWY_INLINE void along_rows(const std::uint8_t* image, std::size_t stride, const std::int32_t* places,
                           Vector x, Vector y, Vector part, Vector& above, Vector& below) {
  const Floats d;
  const Integers di;
  const hn::RebindToUnsigned<Floats> du;
  const auto four = hn::BitCast(du, bytes_around(image, stride, places, x, y));
  const auto byte = hn::Set(du, 255);
  above = between(hn::ConvertTo(d, hn::BitCast(di, hn::And(four, byte))),
                  hn::ConvertTo(d, hn::BitCast(di, hn::And(hn::ShiftRight<8>(four), byte))), part);
  below = between(hn::ConvertTo(d, hn::BitCast(di, hn::And(hn::ShiftRight<16>(four), byte))),
                  hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<24>(four))), part);
}
HWY_INLINE void along_rows(const float* image, std::size_t stride, const std::int32_t* places, Vector x,
                           Vector y, Vector part, Vector& above, Vector& below) {
  const Floats d;
  const Integers di;
  const auto left = hn::Add(hn::ShiftLeft<2>(in_each_byte(hn::Floor(x))), hn::Set(di, 0x03020100)),
             right = hn::Add(left, hn::Set(di, 0x04040404));
  const auto second = hn::Ge(y, hn::Set(d, 1.0F)), third = hn::Ge(y, hn::Set(d, 2.0F));
  const auto row_1 = along(image + stride, places, left, right, part),
             row_2 = along(image + 2 * stride, places, left, right, part);
  above =
      hn::IfThenElse(third, row_2, hn::IfThenElse(second, row_1, along(image, places, left, right, part)));
  below = hn::IfThenElse(third, along(image + 3 * stride, places, left, right, part),
                         hn::IfThenElse(second, row_2, row_1));
}

// A vector of blocks. `beside` is below 1e-6 where a pixel is about as near an old row or column, and NaN where it is not finite.
template <typename T>
HWY_INLINE Vector interpolate(const T* image, std::size_t stride, const std::int32_t* places, Vector x,
                              Vector y, Vector& beside) {
  const Floats d;
  const auto right = hn::Sub(x, hn::Floor(x)), down = hn::Sub(y, hn::Floor(y));
  Vector above, below;
  along_rows(image, stride, places, x, y, right, above, below);
  const auto value = between(above, below, down);
  // The product with 0 is NaN where the value is not finite.
  beside = hn::MulAdd(value, hn::Zero(d),
                      hn::Min(hn::NegMulAdd(right, right, right), hn::NegMulAdd(down, down, down)));
  return value;
}
// 255 where all four are image.
HWY_INLINE hn::VFromD<Integers> validity(const std::uint8_t* valid, std::size_t stride,
                                         const std::int32_t* places, Vector x, Vector y) {
  const Integers d;
  const hn::Repartition<std::uint8_t, Integers> d8;
  const auto four = hn::BitCast(d8, bytes_around(valid, stride, places, x, y));
  const auto padding = hn::VecFromMask(d8, hn::Eq(four, hn::Zero(d8)));
  return hn::IfThenElseZero(hn::Eq(hn::BitCast(d, padding), hn::Zero(d)), hn::Set(d, 255));
}

HWY_INLINE bool all_whole(const std::uint8_t* whole, const std::int32_t* places, std::size_t count) {
  std::uint8_t all = 255;
  for (std::size_t i = 0; i < count; ++i) all &= whole[places[i]];
  return all != 0;
}
HWY_INLINE void store_validity(hn::VFromD<Integers> valid, std::uint8_t* to) {
  const hn::RebindToUnsigned<Integers> du;
  const hn::Rebind<std::uint8_t, Integers> d8;
  hn::StoreU(hn::TruncateTo(d8, hn::BitCast(du, valid)), d8, to);
}

// Pixels of both rows, a whole number of vectors of each.
template <typename T>
HWY_INLINE void turn_stretch(const OldImage<T>& old, const Axis& across, const Axis& down, int row,
                             int column, std::size_t count, const NewRow& upper, const NewRow& lower,
                             std::vector<std::uint32_t>& doubtful, std::size_t begin) {
  const Floats d;
  const Integers di;
  const std::size_t lanes = hn::Lanes(d);
  Blocks blocks;
  const T* const pixels = old.pixels;
  const std::uint8_t* const valid = old.valid;
  const std::uint8_t* const whole = old.whole;
  const std::size_t stride = old.stride;
  float* const pixels_1 = upper.pixels + begin;
  float* const pixels_2 = lower.pixels + begin;
  std::uint8_t* const valid_upper = upper.valid + (valid ? begin : 0);
  std::uint8_t* const valid_lower = lower.valid + (valid ? begin : 0);
  find_blocks(across, down, stride, column + static_cast<int>(begin), row, count / 2, blocks);
  const auto inside_x = inside_of(across), inside_y = inside_of(down);
  const auto sure = hn::Set(d, 1e-6F);
  std::uint16_t found[2 * Blocks::most / 4];
  std::size_t number = 0;
  for (std::size_t i = 0; i < count; i += lanes) {
    const std::size_t b = i / 2, next = b + lanes / 4;
    const auto x_1 = hn::Add(spread(blocks.x + b), inside_x), y_1 = hn::Add(spread(blocks.y + b), inside_y);
    const auto x_2 = hn::Add(spread(blocks.x + next), inside_x),
               y_2 = hn::Add(spread(blocks.y + next), inside_y);
    Vector beside_1, beside_2;
    const auto first = interpolate(pixels, stride, blocks.place + b, x_1, y_1, beside_1);
    const auto second = interpolate(pixels, stride, blocks.place + next, x_2, y_2, beside_2);
    hn::StoreU(upper_row(d, first, second), d, pixels_1 + i);
    hn::StoreU(lower_row(d, first, second), d, pixels_2 + i);
    if (HWY_UNLIKELY(!hn::AllTrue(d, hn::And(hn::Gt(beside_1, sure), hn::Gt(beside_2, sure)))))
      found[number++] = static_cast<std::uint16_t>(i);
    if (!valid) continue;
    if (all_whole(whole, blocks.place + b, lanes / 2)) {
      store_validity(hn::Set(di, 255), valid_upper + i);
      store_validity(hn::Set(di, 255), valid_lower + i);
      continue;
    }
    const auto valid_1 = validity(valid, stride, blocks.place + b, x_1, y_1),
               valid_2 = validity(valid, stride, blocks.place + next, x_2, y_2);
    store_validity(upper_row(di, valid_1, valid_2), valid_upper + i);
    store_validity(lower_row(di, valid_1, valid_2), valid_lower + i);
  }
  for (std::size_t k = 0; k < number; ++k)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      doubtful.push_back(static_cast<std::uint32_t>(begin + found[k] + lane));
}

template <typename T>
HWY_INLINE void turn(const OldImage<T>& old, const std::array<double, 6>& to_old, int row, int column,
                     std::size_t count, const NewRow& upper, const NewRow& lower,
                     std::vector<std::uint32_t>& doubtful) {
  const std::size_t lanes = hn::Lanes(Floats{});
  const Axis across{to_old[0], to_old[1], to_old[2], old.columns},
      down{to_old[3], to_old[4], to_old[5], old.rows};
  for (std::size_t begin = 0; begin < count;) {
    const std::size_t some = std::min(2 * Blocks::most, std::max((count - begin) / lanes * lanes, lanes));
    begin = std::min(begin, count - some);  // the last vector overlaps the one before it
    turn_stretch(old, across, down, row, column, some, upper, lower, doubtful, begin);
    begin += some;
  }
}

void turn_floats_kernel(const OldImage<float>& old, const std::array<double, 6>& to_old, int row, int column,
                        std::size_t count, const NewRow& upper, const NewRow& lower,
                        std::vector<std::uint32_t>& doubtful) {
  turn(old, to_old, row, column, count, upper, lower, doubtful);
}
void turn_bytes_kernel(const OldImage<std::uint8_t>& old, const std::array<double, 6>& to_old, int row,
                       int column, std::size_t count, const NewRow& upper, const NewRow& lower,
                       std::vector<std::uint32_t>& doubtful) {
  turn(old, to_old, row, column, count, upper, lower, doubtful);
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(turn_floats_kernel);
HWY_EXPORT(turn_bytes_kernel);

bool fit_into_four(const std::array<double, 6>& to_old) {
  // From the first pixel to the last one of a block, in whole pixels, lie at most two.
  constexpr double most = 2 - 1e-6;
  return std::abs(to_old[0]) + std::abs(to_old[1]) < most && std::abs(to_old[3]) + std::abs(to_old[4]) < most;
}

void turn_rows(const OldImage<float>& old, const std::array<double, 6>& to_old, int row, int column,
               std::size_t count, const NewRow& upper, const NewRow& lower,
               std::vector<std::uint32_t>& doubtful) {
  HWY_DYNAMIC_DISPATCH(turn_floats_kernel)(old, to_old, row, column, count, upper, lower, doubtful);
}
void turn_rows(const OldImage<std::uint8_t>& old, const std::array<double, 6>& to_old, int row, int column,
               std::size_t count, const NewRow& upper, const NewRow& lower,
               std::vector<std::uint32_t>& doubtful) {
  HWY_DYNAMIC_DISPATCH(turn_bytes_kernel)(old, to_old, row, column, count, upper, lower, doubtful);
}

}  // namespace radflow
#endif
