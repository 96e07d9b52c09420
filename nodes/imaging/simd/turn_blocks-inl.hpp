// Where blocks of new pixels lie in an old image, and rows of them again. As Highway has it, this is included once for every target.
#if defined(RADFLOW_TURN_BLOCKS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef RADFLOW_TURN_BLOCKS_INL
#undef RADFLOW_TURN_BLOCKS_INL
#else
#define RADFLOW_TURN_BLOCKS_INL
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
#if HWY_HAVE_SCALABLE
using Floats = hn::CappedTag<float, 4>;
#else
using Floats = hn::CappedTag<float, 16>;
#endif
using Integers = hn::RebindToSigned<Floats>;
using Vector = hn::VFromD<Floats>;
using Doubles = hn::Repartition<double, Floats>;
using Position = hn::VFromD<Doubles>;

// Blocks of two by two new pixels along two rows: where the four by four old ones stand that they are made of, and where among
// those the least of their positions is. All are found before one is used, because processors wait where parts of a vector
// are read soon after it was stored.
struct Blocks {
  static constexpr std::size_t most = 256;
  HWY_ALIGN float x[most + 16], y[most + 16];
  HWY_ALIGN std::int32_t place[most + 16];
};

// Along one axis.
struct Axis {
  Axis(double next, double below, double start, int size)
      : next_{next},
        below_{below},
        least_{start + std::min(next, 0.0) + std::min(below, 0.0)},
        last_{static_cast<double>(size - 4)} {}

  // The least position in the block that begins with that new pixel.
  double at(int column, int row) const { return next_ * column + below_ * row + least_; }
  // How much farther one of its pixels is.
  float inside(int column, int row) const {
    return static_cast<float>((column - (next_ < 0 ? 1 : 0)) * next_ + (row - (below_ < 0 ? 1 : 0)) * below_);
  }

  double next_, below_, least_, last_;
};

HWY_INLINE Position positions_of(const Axis& axis, int column, int row) {
  const Doubles d;
  return hn::MulAdd(hn::Iota(d, 0), hn::Set(d, 2 * axis.next_), hn::Set(d, axis.at(column, row)));
}
// The old row or column where the four begin: four of them are in the image.
HWY_INLINE Position first_of_four(const Axis& axis, Position position) {
  const Doubles d;
  return hn::Min(hn::Max(hn::Floor(position), hn::Zero(d)), hn::Set(d, axis.last_));
}

HWY_INLINE void find_blocks(const Axis& across, const Axis& down, std::size_t stride, int column, int row,
                            std::size_t count, Blocks& blocks) {
  const Doubles d;
  const hn::Rebind<float, Doubles> df;
  const hn::Rebind<std::int32_t, Doubles> di;
  const std::size_t lanes = hn::Lanes(d);
  const auto step_x = hn::Set(d, across.next_ * static_cast<double>(2 * lanes)),
             step_y = hn::Set(d, down.next_ * static_cast<double>(2 * lanes)),
             rows = hn::Set(d, static_cast<double>(stride));
  auto x = positions_of(across, column, row), y = positions_of(down, column, row);
  for (std::size_t i = 0; i < count; i += lanes) {
    const auto left = first_of_four(across, x), top = first_of_four(down, y);
    hn::StoreU(hn::DemoteTo(df, hn::Sub(x, left)), df, blocks.x + i);
    hn::StoreU(hn::DemoteTo(df, hn::Sub(y, top)), df, blocks.y + i);
    hn::StoreU(hn::DemoteTo(di, hn::MulAdd(top, rows, left)), di, blocks.place + i);
    x = hn::Add(x, step_x);
    y = hn::Add(y, step_y);
  }
}

// For each pixel of a vector of blocks what `of_blocks` has for its block.
HWY_INLINE Vector spread(const float* of_blocks) {
  const Floats d;
  const Integers di;
  const auto bytes =
      hn::Add(hn::Mul(hn::ShiftRight<2>(hn::Iota(di, 0)), hn::Set(di, 0x04040404)), hn::Set(di, 0x03020100));
  return hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(di, hn::LoadDup128(d, of_blocks)), bytes));
}
// How much farther than its block each pixel is.
HWY_INLINE Vector inside_of(const Axis& axis) {
  const Floats d;
  HWY_ALIGN float inside[hn::MaxLanes(d)];
  for (int i = 0; i < static_cast<int>(hn::MaxLanes(d)); ++i) inside[i] = axis.inside(i % 2, i / 2 % 2);
  return hn::Load(d, inside);
}

// Of two vectors of blocks the pixels of one row.
template <class D>
HWY_INLINE hn::VFromD<D> upper_row(D d, hn::VFromD<D> first, hn::VFromD<D> second) {
  const hn::Repartition<std::uint64_t, D> pairs;
  return hn::BitCast(d, hn::ConcatEven(pairs, hn::BitCast(pairs, second), hn::BitCast(pairs, first)));
}
template <class D>
HWY_INLINE hn::VFromD<D> lower_row(D d, hn::VFromD<D> first, hn::VFromD<D> second) {
  const hn::Repartition<std::uint64_t, D> pairs;
  return hn::BitCast(d, hn::ConcatOdd(pairs, hn::BitCast(pairs, second), hn::BitCast(pairs, first)));
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
