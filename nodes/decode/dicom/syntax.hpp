// Transfer syntaxes: how the elements of a DICOM file and its pixels are encoded (PS3.5 annex A).
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <string>
#include <string_view>

namespace radflow {

enum class Codec { Native, EncapsulatedNative, Rle, Jpeg, JpegLs, Jpeg2000, JpegXl, Deflated, Unsupported };

struct TransferSyntax {
  std::string uid;   // "" if the file does not say
  std::string name;  // "JPEG 2000 (Lossless only)"
  Codec codec = Codec::Native;
  // How DCMTK shall read the elements; of a syntax it does not know, one with the same element encoding.
  E_TransferSyntax read_as = EXS_Unknown;
  bool deflated = false;  // the whole data set
  bool lossless = false;  // said of JPEG XL only
};

// Never fails: an unknown UID is Codec::Unsupported and read as explicit little endian
// with encapsulated pixels.
TransferSyntax transfer_syntax(std::string_view uid);

}  // namespace radflow
