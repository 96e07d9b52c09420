// PixelLayout: what a DICOM header promises of its pixels (PS3.3 C.7.6.3),
// checked before anything is allocated.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <string>

#include "nodes/decode/dicom/file.hpp"

namespace radflow {

struct PixelLayout {
  PixelElement::Kind kind = PixelElement::Kind::Integer;
  std::int64_t rows = 0, columns = 0;
  std::int64_t frames = 1;
  int samples = 1;         // per pixel: 1 or 3
  int bits_allocated = 0;  // 1, 8, 16, 32, 64
  int bits_stored = 0;
  int high_bit = 0;
  bool is_signed = false;
  bool planar =
      false;  // colour by plane; native, deflated and RLE leave it to this, the other codecs know for themselves
  bool halved_chroma = false;  // not compressed, or deflated, YBR_*_422: Y Y Cb Cr for two pixels
  std::string photometric;     // what the file says: "MONOCHROME2", "YBR_FULL_422", ...

  std::int64_t pixels() const { return rows * columns; }
  // The size of a frame as it lies in native pixel data; 1-bit frames follow each other without a gap.
  std::uint64_t frame_bits() const;
  bool is_monochrome() const { return photometric == "MONOCHROME1" || photometric == "MONOCHROME2"; }
  // OpenCV's type of a frame of allocated size; 1 bit is widened to 8. CV_32S also for unsigned 32 bit.
  int mat_type() const;
};

// `file` has pixels. Errors: malformed, unsupported_pixels, too_large.
Result<PixelLayout> read_layout(const DicomFile& file, const ReadOptions& options);

}  // namespace radflow
