#include "nodes/decode/dicom/codecs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace radflow {
namespace {

template <typename From, typename To>
void place(const std::uint8_t* samples, bool planar, cv::Mat& out) {
  const std::size_t channels = static_cast<std::size_t>(out.channels()), pixels = out.total();
  To* to = out.ptr<To>();
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < pixels; ++i) {
      From value;
      std::memcpy(&value, samples + (planar ? c * pixels + i : i * channels + c) * sizeof(From),
                  sizeof(From));
      to[i * channels + c] = static_cast<To>(value);
    }
}

template <typename To>
void place_from(const std::uint8_t* samples, int bytes_per_sample, bool planar, cv::Mat& out) {
  if (bytes_per_sample == 1)
    place<std::uint8_t, To>(samples, planar, out);
  else if (bytes_per_sample == 2)
    place<std::uint16_t, To>(samples, planar, out);
  else
    place<std::uint32_t, To>(samples, planar, out);
}

}  // namespace

void place_samples(const std::uint8_t* samples, int bytes_per_sample, bool planar, cv::Mat& out) {
  const int width = static_cast<int>(out.elemSize1());
  if (bytes_per_sample == width && (!planar || out.channels() == 1)) {
    std::memcpy(out.data, samples, out.total() * out.elemSize());
    return;
  }
  if (width == 1)
    place_from<std::uint8_t>(samples, bytes_per_sample, planar, out);
  else if (width == 2)
    place_from<std::uint16_t>(samples, bytes_per_sample, planar, out);
  else
    place_from<std::uint32_t>(samples, bytes_per_sample, planar, out);
}

std::optional<Error> check_codestream(const PixelLayout& layout, std::uint64_t columns, std::uint64_t rows,
                                      std::uint64_t components, int precision) {
  if (columns != static_cast<std::uint64_t>(layout.columns) ||
      rows != static_cast<std::uint64_t>(layout.rows) ||
      components != static_cast<std::uint64_t>(layout.samples))
    return Error{"malformed",
                 fmt::format("the header says {} x {} x {}, the codestream {} x {} x {}", layout.columns,
                             layout.rows, layout.samples, columns, rows, components)};
  // A codec cannot do with less than a byte for a sample, of which 1-bit pixels use the lowest bit.
  if (precision < 1 || precision > std::max(layout.bits_allocated, 8))
    return Error{"malformed", fmt::format("the header allocates {} bits, the codestream has {}",
                                          layout.bits_allocated, precision)};
  if (layout.kind != PixelElement::Kind::Integer)
    return Error{"unsupported_pixels", "compressed pixels in floating point"};
  return std::nullopt;
}

}  // namespace radflow
