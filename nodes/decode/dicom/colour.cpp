#include "nodes/decode/dicom/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nodes/decode/dicom/meaning.hpp"
#include "nodes/imaging/depth.hpp"

namespace radflow {
namespace {

// Expands segmented palette data (PS3.3 C.7.9.2) of entries or, with 8-bit entries, of bytes. Errors:
// malformed, unsupported_pixels (indirect segments, whose offset is read in bytes by some
// and in entries by others).
Result<std::vector<std::uint16_t>> expand(const std::vector<std::uint16_t>& data, std::size_t count) {
  enum Opcode { Discrete = 0, Linear = 1, Indirect = 2 };
  std::vector<std::uint16_t> out;
  for (std::size_t at = 0; at + 2 < data.size() && out.size() < count;) {
    const std::uint16_t opcode = data[at], length = data[at + 1];
    at += 2;
    if (opcode == Indirect) return Error{"unsupported_pixels", "a segmented palette with indirect segments"};
    const std::size_t words = opcode == Discrete ? length : 1;
    if (opcode > Linear || at + words > data.size() || (opcode == Linear && out.empty())) break;
    if (opcode == Discrete) {
      const auto first = data.begin() + static_cast<std::ptrdiff_t>(at);
      out.insert(out.end(), first, first + length);
    } else {
      const double from = out.back(), to = data[at];
      for (int i = 1; i <= length; ++i)
        out.push_back(static_cast<std::uint16_t>(std::lround(from + (to - from) * i / length)));
    }
    at += words;
  }
  if (out.size() < count) return Error{"malformed", "a segmented palette is damaged"};
  out.resize(count);
  return out;
}

template <typename T>
void convert(cv::Mat& samples, ColourModel model, int bits) {
  const double top = std::pow(2.0, bits) - 1, half = std::pow(2.0, bits - 1), scale = std::pow(2.0, bits - 8);
  // Full range: BT.601 with Y from 0; partial: Y from 16 to 235, chroma from 16 to 240 (in 8 bits).
  const bool full = model == ColourModel::YbrFull;
  const double black = full ? 0 : 16 * scale, luma = full ? 1 : 255.0 / 219, chroma = full ? 1 : 255.0 / 224;
  const auto clamp = [top](double value) {
    return static_cast<T>(std::floor(std::clamp(value, 0.0, top) + 0.5));
  };
  T* data = samples.ptr<T>();
  const std::size_t count = samples.total();
  for (std::size_t i = 0; i < count; ++i, data += 3) {
    const double y = (data[0] - black) * luma, cb = (data[1] - half) * chroma, cr = (data[2] - half) * chroma;
    data[0] = clamp(y + 1.402 * cr);
    data[1] = clamp(y - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr);
    data[2] = clamp(y + 1.772 * cb);
  }
}

template <typename From, typename To>
void look_up(const cv::Mat& indices, double first, const std::vector<std::uint16_t>* tables, cv::Mat& out) {
  const From* from = indices.ptr<From>();
  To* to = out.ptr<To>();
  const double last = static_cast<double>(tables[0].size() - 1);
  const std::size_t count = indices.total();
  for (std::size_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(std::clamp(static_cast<double>(from[i]) - first, 0.0, last));
    for (std::size_t c = 0; c < 3; ++c) to[i * 3 + c] = static_cast<To>(tables[c][index]);
  }
}

}  // namespace

void ybr_to_rgb(cv::Mat& samples, ColourModel model, int bits) {
  switch (samples.depth()) {
    case CV_8U:
      convert<std::uint8_t>(samples, model, bits);
      break;
    case CV_16U:
      convert<std::uint16_t>(samples, model, bits);
      break;
    default:
      convert<double>(samples, model, bits);
      break;
  }
}

Result<Palette> Palette::read(DcmItem& dataset, const PixelLayout& layout) {
  struct Tags {
    DcmTagKey descriptor, data, segmented;
  };
  const Tags colours[3]{{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
                         DCM_SegmentedRedPaletteColorLookupTableData},
                        {DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
                         DCM_SegmentedGreenPaletteColorLookupTableData},
                        {DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
                         DCM_SegmentedBluePaletteColorLookupTableData}};
  Palette palette;
  for (std::size_t c = 0; c < 3; ++c) {
    const Tags& tags = colours[c];
    const bool segmented = !has(dataset, tags.data) && has(dataset, tags.segmented);
    // A segmented table's descriptor counts the entries it expands to.
    if (segmented) {
      const auto shape = numbers_of(dataset, tags.descriptor, 4);
      if (shape.size() != 3 || shape[0] < 0 || shape[0] > 65535 || (shape[2] != 8 && shape[2] != 16))
        return Error{"malformed", "a segmented palette's descriptor is not three values"};
      const std::size_t count = shape[0] == 0 ? 65536 : static_cast<std::size_t>(shape[0]);
      auto data = words_of(dataset, tags.segmented);
      if (shape[2] == 8) data = bytes_of(data);
      auto expanded = expand(data, count);
      if (!expanded) return expanded.error();
      palette.entries_[c] = *std::move(expanded);
      palette.first_ = shape[1];
      palette.bits_ = static_cast<int>(shape[2]);
    } else {
      auto table = read_table(dataset, tags.descriptor, tags.data, layout.is_signed);
      if (!table) return table.error();
      if (!*table) return Error{"unsupported_pixels", "PALETTE COLOR without a palette in the file"};
      palette.entries_[c].assign((*table)->entries.begin(), (*table)->entries.end());
      palette.first_ = (*table)->first;
      palette.bits_ = (*table)->bits;
    }
    if (palette.entries_[c].size() != palette.entries_[0].size())
      return Error{"malformed", "the colours of the palette differ in size"};
  }
  return palette;
}

cv::Mat Palette::apply(const cv::Mat& indices) const {
  cv::Mat out(indices.size(), bits_ > 8 ? CV_16UC3 : CV_8UC3);
  for_depth(indices.depth(), [&](auto zero) {
    using From = decltype(zero);
    if (bits_ > 8)
      look_up<From, std::uint16_t>(indices, first_, entries_, out);
    else
      look_up<From, std::uint8_t>(indices, first_, entries_, out);
  });
  return out;
}

}  // namespace radflow
