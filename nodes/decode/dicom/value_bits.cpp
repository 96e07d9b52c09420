#include "nodes/decode/dicom/value_bits.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "nodes/imaging/simd/fits_mask.hpp"

namespace radflow {
namespace {

// A value of `bits` bits with its sign extended.
template <typename U>
struct Extension {
  U mask, sign;
  Extension(int bits, bool is_signed)
      : mask{static_cast<U>(std::numeric_limits<U>::max() >>
                            (sizeof(U) * 8 - static_cast<std::size_t>(bits)))},
        sign{static_cast<U>(is_signed ? U{1} << (bits - 1) : 0)} {}
  U low(U raw) const { return raw & mask; }
  U operator()(U raw) const { return static_cast<U>(static_cast<U>(low(raw) ^ sign) - sign); }
};

// True if every sample is its value already: with the sign's weight added, signed values are those that need no bit above
// theirs. Block by block, so that samples which are not are found soon.
template <typename U>
bool all_values(const U* data, std::size_t count, const ValueBits& value) {
  constexpr std::size_t block = 4096;
  const Extension<U> extend{value.bits, value.is_signed};
  if constexpr (sizeof(U) == 2) return fits_mask(data, count, extend.sign, extend.mask);
  for (std::size_t begin = 0; begin < count; begin += block) {
    const std::size_t end = std::min(begin + block, count);
    U bits = 0;
    for (std::size_t i = begin; i < end; ++i) bits |= static_cast<U>(data[i] + extend.sign);
    if (bits != extend.low(bits)) return false;
  }
  return true;
}

// Samples become their values. Refuse: false if a sample has other bits set above them than copies of its sign.
template <typename U>
bool extract_bits(U* data, std::size_t count, const ValueBits& value, Excess excess) {
  const Extension<U> extend{value.bits, value.is_signed};
  if (value.shift > 0)
    for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<U>(data[i] >> value.shift);
  U wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const U raw = data[i], extended = extend(raw);
    wrong |= static_cast<U>((raw != extend.low(raw)) & (raw != extended));
    data[i] = extended;
  }
  return excess == Excess::Drop || wrong == 0;
}

// Calls with the samples as unsigned integers of their width.
template <typename Function>
bool with_samples(cv::Mat& samples, const Function& function) {
  const std::size_t count = samples.total() * static_cast<std::size_t>(samples.channels());
  if (samples.elemSize1() == 1) return function(samples.ptr<std::uint8_t>(), count);
  if (samples.elemSize1() == 2) return function(samples.ptr<std::uint16_t>(), count);
  return function(samples.ptr<std::uint32_t>(), count);
}

}  // namespace

bool extract(cv::Mat& samples, const ValueBits& value, Excess excess) {
  if (value.all_of(samples) || (value.shift == 0 && are_values(samples, value))) return true;
  return with_samples(
      samples, [&](auto* data, std::size_t count) { return extract_bits(data, count, value, excess); });
}

bool are_values(const cv::Mat& samples, const ValueBits& value) {
  cv::Mat same = samples;
  return with_samples(same,
                      [&](const auto* data, std::size_t count) { return all_values(data, count, value); });
}

}  // namespace radflow
