// Frame: one 2-D image, its pixels and what gives them meaning. Immutable once on an edge; `pixels` is
// shared, never written in place.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "nodes/types/shared_table.hpp"

namespace radflow {

enum class Photometric { Monochrome1, Monochrome2, Rgb };
std::string_view name(Photometric);  // "MONOCHROME1", ...

enum class SpacingSource { Unknown, Patient, Detector, UltrasoundRegion };
std::string_view name(SpacingSource);  // "unknown", "patient", "detector", "ultrasound_region"

// Distance of pixel centres in mm: between rows (y) and between columns (x).
// Where it is unknown it is absent.
struct Spacing {
  double row = 0;
  double column = 0;
};

// PS3.3 C.11.2: how stored or rescaled values become shades.
// Values outside the table take its first or last entry.
struct VoiLut {
  double first = 0;  // the value that maps to entries[0]
  int bits = 8;      // bits per entry: entries lie in [0, 2^bits - 1]
  std::vector<double> entries;
};
struct VoiWindow {
  enum class Function { Linear, LinearExact, Sigmoid };
  double center = 0;  // in the frame's units
  double width = 0;
  Function function = Function::Linear;
  std::string explanation;
};

struct Geometry {
  std::optional<Spacing> spacing;
  SpacingSource spacing_source = SpacingSource::Unknown;
  // Patient coordinates (LPS, mm) of the centre of the first pixel; directions of a row and of a column.
  std::optional<std::array<double, 3>> position;
  std::optional<std::array<double, 6>> orientation;  // x of a row's direction, y, z, then a column's
  std::string laterality;                            // "L", "R", "B" or ""
  // Pixel centre (column, row, 1) of this frame to the source image's: 2x3, row-major.
  std::array<double, 6> to_source{1, 0, 0, 0, 1, 0};
  int source_columns = 0, source_rows = 0;  // The source image's size; 0: unknown.
};

// The distance of pixel centres in the source image, in mm, wherever the frame was turned or resized; absent where the spacing is.
std::optional<Spacing> source_spacing(const Geometry& geometry);

struct Frame {
  static constexpr std::string_view payload_name = "frame";

  // 1 channel, or 3 interleaved in RGB order. Any depth of OpenCV; DICOM with rescale is CV_32F (CV_64F from
  // 32 bit).
  cv::Mat pixels;
  // 8 bit, 255 where a pixel is image and 0 where it is padding; empty: all are image.
  cv::Mat valid;

  std::string units = "stored";  // "HU", "GML", "BQML", "GY", ...; "stored": the file's own numbers
  Photometric photometric = Photometric::Monochrome2;
  int bits_stored = 8;   // bits that the file uses for a value
  int levels = 0;        // values are codes 0..levels-1 (of lbp, of a label image); 0: they are not codes
  std::string modality;  // "CT", ... or ""
  SharedTable<VoiWindow> windows;
  SharedTable<VoiLut> voi_luts;
  Geometry geometry;

  // The bytes of the pixels and their validity; tables are shared among many frames.
  std::size_t bytes() const;

  // The same frame, with copies of pixels that are a view of other memory (of a record, of a part of a larger image).
  Frame detached() const;

  // The same meaning with other pixels of the same size.
  Frame with_pixels(cv::Mat other) const {
    Frame frame = *this;
    frame.pixels = std::move(other);
    return frame;
  }
};

}  // namespace radflow
