#include "nodes/imaging/simd/counts.hpp"

#include <algorithm>
#include <numeric>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nodes/imaging/simd/counts.cpp"
#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace radflow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::ScalableTag<std::uint8_t>;

using Sums = hn::Repartition<std::uint64_t, Bytes>;

HWY_INLINE void add_sums(hn::VFromD<Bytes> bytes, std::uint64_t* sums) {
  const Sums d;
  hn::Store(hn::Add(hn::Load(d, sums), hn::SumsOf8(bytes)), d, sums);
}

// A byte of these is added for each value: half of it counts the even code, half the odd one.
alignas(16) constexpr std::uint8_t pairs[3][16] = {{1, 16}, {0, 0, 1, 16}, {0, 0, 0, 0, 1, 16}};

// Of codes from `first`: adds to a vector of sums of each. At most 255 vectors: a byte counts no further, and half a byte counts 15.
template <bool all>
HWY_INLINE void six_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count,
                          int first, std::uint64_t* sums) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const auto from = hn::Set(d, static_cast<std::uint8_t>(first)), nibble = hn::Set(d, 15);
  const auto pair_a = hn::LoadDup128(d, pairs[0]), pair_b = hn::LoadDup128(d, pairs[1]),
             pair_c = hn::LoadDup128(d, pairs[2]);
  auto even_a = hn::Zero(d), odd_a = even_a, even_b = even_a, odd_b = even_a, even_c = even_a, odd_c = even_a;
  for (std::size_t begin = 0; begin < count; begin += 15 * lanes) {
    const std::size_t end = std::min(begin + 15 * lanes, count);
    auto a = hn::Zero(d), b = a, c = a;
    for (std::size_t i = begin; i < end; i += lanes) {
      auto value = hn::LoadU(d, values + i);
      if (!all) value = hn::Or(value, hn::VecFromMask(d, hn::Eq(hn::LoadU(d, counted + i), hn::Zero(d))));
      const auto place = hn::Min(hn::Sub(value, from), nibble);  // at 15 the tables hold nothing
      a = hn::Add(a, hn::TableLookupBytes(pair_a, place));
      b = hn::Add(b, hn::TableLookupBytes(pair_b, place));
      c = hn::Add(c, hn::TableLookupBytes(pair_c, place));
    }
    even_a = hn::Add(even_a, hn::And(a, nibble));
    odd_a = hn::Add(odd_a, hn::ShiftRight<4>(a));
    even_b = hn::Add(even_b, hn::And(b, nibble));
    odd_b = hn::Add(odd_b, hn::ShiftRight<4>(b));
    even_c = hn::Add(even_c, hn::And(c, nibble));
    odd_c = hn::Add(odd_c, hn::ShiftRight<4>(c));
  }
  const std::size_t size = hn::Lanes(Sums{});
  add_sums(even_a, sums);
  add_sums(odd_a, sums + size);
  add_sums(even_b, sums + 2 * size);
  add_sums(odd_b, sums + 3 * size);
  add_sums(even_c, sums + 4 * size);
  add_sums(odd_c, sums + 5 * size);
}

void few_codes_kernel(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                      std::uint32_t* counts) {
  const std::size_t lanes = hn::Lanes(Bytes{});
  const std::size_t size = hn::Lanes(Sums{});
  HWY_ALIGN std::uint64_t sums[(most_few_codes + 5) * hn::MaxLanes(Sums{})];
  std::fill_n(sums, (codes + 5) * size, std::uint64_t{0});
  const std::size_t whole = count / lanes * lanes;
  for (std::size_t begin = 0; begin < whole; begin += 255 * lanes) {
    const std::size_t some = std::min(whole - begin, 255 * lanes);
    for (int first = 0; first < codes; first += 6) {
      if (counted)
        six_codes<false>(values + begin, counted + begin, some, first, sums + first * size);
      else
        six_codes<true>(values + begin, nullptr, some, first, sums + first * size);
    }
  }
  for (int code = 0; code < codes; ++code)
    counts[code] += static_cast<std::uint32_t>(
        std::accumulate(sums + code * size, sums + (code + 1) * size, std::uint64_t{0}));
  for (std::size_t i = whole; i < count; ++i)
    if ((!counted || counted[i] != 0) && values[i] < codes) ++counts[values[i]];
}

}  // namespace
}  // namespace radflow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace radflow {

HWY_EXPORT(few_codes_kernel);

void count_few_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                     std::uint32_t* counts) {
  HWY_DYNAMIC_DISPATCH(few_codes_kernel)(values, counted, count, codes, counts);
}

}  // namespace radflow
#endif
