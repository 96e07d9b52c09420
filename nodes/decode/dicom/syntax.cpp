#include "nodes/decode/dicom/syntax.hpp"

#include <algorithm>
#include <array>

namespace radflow {
namespace {

struct Known {
  std::string_view uid;
  Codec codec;
  std::string_view name;  // "": DCMTK 3.6.7 knows it
};

constexpr std::array<Known, 30> known{{
    {"1.2.840.10008.1.2", Codec::Native, ""},
    {"1.2.840.10008.1.2.1", Codec::Native, ""},
    {"1.2.840.10008.1.2.1.98", Codec::EncapsulatedNative,
     "Encapsulated Uncompressed Explicit VR Little Endian"},
    {"1.2.840.10008.1.2.1.99", Codec::Native, ""},
    {"1.2.840.10008.1.2.2", Codec::Native, ""},
    {"1.2.840.10008.1.2.5", Codec::Rle, ""},
    {"1.2.840.10008.1.2.4.50", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.51", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.53", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.55", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.57", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.70", Codec::Jpeg, ""},
    {"1.2.840.10008.1.2.4.80", Codec::JpegLs, ""},
    {"1.2.840.10008.1.2.4.81", Codec::JpegLs, ""},
    {"1.2.840.10008.1.2.4.90", Codec::Jpeg2000, ""},
    {"1.2.840.10008.1.2.4.91", Codec::Jpeg2000, ""},
    {"1.2.840.10008.1.2.4.92", Codec::Jpeg2000, ""},
    {"1.2.840.10008.1.2.4.93", Codec::Jpeg2000, ""},
    {"1.2.840.10008.1.2.4.201", Codec::Jpeg2000, "High-Throughput JPEG 2000 (Lossless Only)"},
    {"1.2.840.10008.1.2.4.202", Codec::Jpeg2000,
     "High-Throughput JPEG 2000 with RPCL Options (Lossless Only)"},
    {"1.2.840.10008.1.2.4.203", Codec::Jpeg2000, "High-Throughput JPEG 2000"},
    {"1.2.840.10008.1.2.4.110", Codec::JpegXl, "JPEG XL Lossless"},
    {"1.2.840.10008.1.2.4.111", Codec::JpegXl, "JPEG XL JPEG Recompression"},
    {"1.2.840.10008.1.2.4.112", Codec::JpegXl, "JPEG XL"},
    {"1.2.840.10008.1.2.4.204", Codec::Unsupported, "JPIP HTJ2K Referenced"},
    {"1.2.840.10008.1.2.4.205", Codec::Unsupported, "JPIP HTJ2K Referenced Deflate"},
    {"1.2.840.10008.1.2.7.1", Codec::Unsupported, "SMPTE ST 2110-20 Uncompressed Progressive Active Video"},
    {"1.2.840.10008.1.2.7.2", Codec::Unsupported, "SMPTE ST 2110-20 Uncompressed Interlaced Active Video"},
    {"1.2.840.10008.1.2.7.3", Codec::Unsupported, "SMPTE ST 2110-30 PCM Digital Audio"},
    {"1.2.840.10008.1.2.8.1", Codec::Deflated, "Deflated Image Frame Compression"},
}};

}  // namespace

TransferSyntax transfer_syntax(std::string_view uid) {
  TransferSyntax syntax;
  syntax.uid = uid;
  if (uid.empty()) return syntax;  // DCMTK finds the element encoding
  const auto found = std::ranges::find(known, uid, &Known::uid);
  syntax.codec = found == known.end() ? Codec::Unsupported : found->codec;

  const DcmXfer dcmtk{syntax.uid.c_str()};
  const bool dcmtk_knows = dcmtk.getXfer() != EXS_Unknown;
  syntax.read_as = dcmtk_knows ? dcmtk.getXfer() : EXS_JPEG2000LosslessOnly;
  if (found != known.end() && !found->name.empty())
    syntax.name = found->name;
  else
    syntax.name = dcmtk_knows ? dcmtk.getXferName() : "unknown to radflow";
  if (uid == "1.2.840.10008.1.2.1.99") {
    syntax.deflated = true;
    syntax.read_as = EXS_LittleEndianExplicit;  // once it is inflated
  }
  syntax.lossless = uid == "1.2.840.10008.1.2.4.110";
  return syntax;
}

}  // namespace radflow
