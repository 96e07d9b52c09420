#include "tests/ledger/frames.hpp"

#include <fmt/format.h>

#include "tests/nodes/decode/dicom/builder.hpp"
#include "tests/raw_headers.hpp"

namespace radflow::ledger {
namespace {

constexpr std::uint32_t multi_frames = 3;

std::string dicom(const Frames& frames, std::uint64_t n) {
  std::vector<Uint8> pixels;
  for (std::uint32_t part = 0; part < multi_frames; ++part)
    for (const std::uint8_t value : frames.pixels(n, part)) pixels.push_back(value);
  DicomBuilder builder{side, side};
  builder.text(DCM_Modality, "CT").text(DCM_NumberOfFrames, std::to_string(multi_frames)).bits(8, 8, false);
  return builder.pixels8(pixels).bytes();
}

}  // namespace

std::string Frames::group_key(std::uint64_t number) { return fmt::format("group-{}", number); }

std::vector<std::uint64_t> Frames::members(std::uint64_t number) const {
  std::vector<std::uint64_t> all;
  const std::uint64_t first = number / keys_ * keys_ * group_ + number % keys_;
  for (std::uint64_t i = 0; i < group_; ++i) all.push_back(first + i * keys_);
  return all;
}

Kind Frames::kind(std::uint64_t n) const {
  if (group_ > 0) return Kind::Plain;
  const std::uint64_t percent = mix(seed_ ^ mix(n)) % 100;
  return percent < 80 ? Kind::Plain : percent < 88 ? Kind::Multi : percent < 93 ? Kind::Bad : Kind::Filtered;
}

std::string Frames::key(std::uint64_t n) const {
  if (group_ > 0) return group_key(n / (keys_ * group_) * keys_ + n % keys_);
  return fmt::format("key-{}", mix((seed_ + 1) ^ mix(n)) % keys_);
}

std::uint32_t Frames::parts(std::uint64_t n) const {
  switch (kind(n)) {
    case Kind::Plain:
      return 1;
    case Kind::Multi:
      return multi_frames;
    default:
      return 0;
  }
}

std::vector<std::uint8_t> Frames::pixels(std::uint64_t n, std::uint32_t part) const {
  std::vector<std::uint8_t> values(side * side);
  for (std::size_t i = 0; i < 8; ++i) values[i] = static_cast<std::uint8_t>(n >> 8 * i);
  for (std::size_t i = 8; i < values.size(); ++i)
    values[i] = static_cast<std::uint8_t>(mix(seed_ ^ mix(n * multi_frames + part)) >> i % 56);
  return values;
}

Record Frames::record(std::uint64_t n) const {
  Record record;
  record.key = key(n);
  record.headers = {{std::string{number_header}, std::to_string(n)}};
  if (kind(n) == Kind::Multi) {
    record.value = Bytes::of(dicom(*this, n));
    return record;
  }
  const auto values = pixels(n, 0);
  record.value = Bytes::copy(values.data(), kind(n) == Kind::Bad ? values.size() / 2 : values.size());
  const std::vector<Header> raw =
      raw_headers(side, {{"radflow-modality", kind(n) == Kind::Filtered ? "OT" : "CT"}});
  record.headers.insert(record.headers.end(), raw.begin(), raw.end());
  return record;
}

std::uint64_t number_in(const std::vector<double>& values) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < 8 && i < values.size(); ++i)
    n |= static_cast<std::uint64_t>(values[i]) << 8 * i;
  return n;
}

}  // namespace radflow::ledger
