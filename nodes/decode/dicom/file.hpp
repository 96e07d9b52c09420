// DicomFile: a DICOM object in memory, parsed: its data set up to the pixel data, and where the pixel data
// lies. Reads files with and without preamble and meta header, implicit and explicit, big endian, deflated.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <memory>
#include <optional>
#include <vector>

#include "nodes/decode/dicom/syntax.hpp"
#include "nodes/decode/reader.hpp"

namespace radflow {

// One item of encapsulated pixel data.
struct Fragment {
  ByteSpan bytes;
  std::uint64_t offset = 0;  // from the first item to its own, which is how offset tables count
  bool complete = true;      // false: the file ends within it
};

// Pixel Data, Float Pixel Data or Double Float Pixel Data, as it lies in the file.
struct PixelElement {
  enum class Kind { Integer, Float, Double };
  Kind kind = Kind::Integer;
  bool words = false;  // VR OW: in big endian files bytes are swapped in pairs
  bool encapsulated = false;
  std::uint64_t declared = 0;          // native: the length that the element says
  ByteSpan bytes;                      // native: as much of it as there is
  std::vector<Fragment> fragments;     // encapsulated, without the offset table
  std::vector<std::uint64_t> offsets;  // where each frame's first fragment is; empty: no table
  std::size_t end = 0;                 // where the element ends in the data set
  bool delimited = true;               // encapsulated: false if the file ends before the sequence does
};

struct DicomFile {
  TransferSyntax syntax;
  std::string sop_class;  // UID, or ""
  bool big_endian = false;
  std::unique_ptr<DcmDataset> dataset;
  std::optional<PixelElement> pixels;
  std::vector<std::uint8_t> inflated;  // a deflated or mended data set; the spans point into it
};

// What of a data set is parsed: all of it, or what `decode` reads, namely read_tags(), where the data set has nothing unusual.
enum class Elements { All, Read };

// The bytes must outlive the result. Errors: truncated, malformed, too_large, unsupported_transfer_syntax
// (pixel data that is encapsulated in a syntax the file does not name).
Result<DicomFile> parse_dicom(ByteSpan bytes, const Charge& charge, const Warn& warn,
                              Elements elements = Elements::All);

}  // namespace radflow
