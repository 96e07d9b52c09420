// What the readers of image formats (DICOM, raster files, raw) have in common: bytes in, frames out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "graph/node.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// The reasons of their errors, all of them.
inline constexpr ReasonSpec reader_errors[] = {
    {"empty", "There are no bytes."},
    {"unknown_format",
     "Neither the content-type header nor the first bytes name a format that decode reads."},
    {"left_out", "This build of radflow is without what reads the format; the message names it."},
    {"truncated", "The bytes end before what the header promises."},
    {"malformed", "The bytes contradict the format or themselves."},
    {"no_pixel_data", "A DICOM object that is no image: report, plan, structure set, waveform, ..."},
    {"unsupported_transfer_syntax", "DICOM pixels compressed in a way that radflow cannot read."},
    {"unsupported_pixels", "Pixels of a kind that radflow refuses rather than reads wrongly."},
    {"too_large", "More pixels than max_pixels, or more bytes than the graph's memory."}};

// The reasons of their warnings, all of them.
inline constexpr ReasonSpec reader_warnings[] = {
    {"more_images", "The file holds images that are not read."},
    {"sample_left_out",
     "A sample beside the colours, of which the file does not say what it is, is left out."},
    {"frame_count", "DICOM's NumberOfFrames is 0, or the pixel data prove that there are more frames."},
    {"full_chroma", "Pixels of a _422 colour were never subsampled."},
    {"high_bit", "HighBit says that values lie where they cannot lie, or where no writer puts them."},
    {"sequence_length", "A sequence that says a length of zero has items."},
    {"element_order", "Elements behind the pixel data belong before it."},
    {"rle_surplus", "An RLE segment goes on behind the last pixel."},
    {"jpeg_surplus",
     "The scan of a JPEG file goes on behind the last pixel: some devices write more, or bytes were "
     "changed."},
    {"no_end_marker", "A JPEG codestream is whole but for its end-of-image marker."},
    {"signed_colour", "Colour says that its samples are signed; it is read as unsigned."},
    {"not_encapsulated",
     "The transfer syntax is a compressed one and the pixel data is not: it is read as it lies."},
    {"rescale_slope", "RescaleSlope is 0: all pixels are one value."}};

using ByteSpan = std::span<const std::uint8_t>;

enum class Format { Unknown, Dicom, Png, Jpeg, Tiff, Raw };
// As the parameter `format` of decode names them; Unknown: each record tells.
Choices<Format> choices_of(Format);

// Hears what is odd about a file that is read all the same; empty: nobody does.
using Warn = std::function<void(Error)>;

struct ReadOptions {
  bool rescale = true;                    // stored values to real-world ones; DICOM only
  std::int64_t max_pixels = 100'000'000;  // in one frame
  Warn warn = {};
  bool use_padding = true;  // DICOM: pixels of PixelPaddingValue are no part of the image
};

// Asks for memory before it is allocated; an Error refuses it. Empty: no limit.
using Charge = std::function<std::optional<Error>(std::size_t bytes)>;

using Frames = std::vector<Part<Frame>>;

// The content-type header tells if it names a format, else the first bytes do.
Format format_of(const Record& record);

// Each returns one part per frame, in the file's order. Any thread; they share nothing. Of DICOM
// and TIFF: register_reader.hpp.
// PNG by libdeflate or libspng, JPEG by libjpeg-turbo. `format` is Png or Jpeg.
Result<Frames> read_raster(Format format, ByteSpan bytes, const ReadOptions& options, const Charge& charge);
// Reads the shape from the record's headers, which the specification of `decode` lists.
Result<Frames> read_raw(const Record& record, const ReadOptions& options, const Charge& charge);
// Whichever of them `format` asks for.
Result<Frames> read_frames(Format format, const Record& record, const ReadOptions& options,
                           const Charge& charge);

inline ByteSpan as_span(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace radflow
