// Pixels in fragments, and files in transfer syntaxes that DCMTK cannot write.
#pragma once

#include <gtest/gtest.h>

#include "tests/nodes/decode/dicom/builder.hpp"

#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

namespace radflow {

// Replaces the pixels by these fragments and an empty offset table.
inline void encapsulate(DicomBuilder& image, const std::vector<std::vector<Uint8>>& fragments,
                        E_TransferSyntax syntax) {
  auto* pixels = new DcmPixelData{DCM_PixelData};
  auto* sequence = new DcmPixelSequence{DcmTag{DCM_PixelData, EVR_OB}};
  sequence->insert(new DcmPixelItem{DcmTag{DCM_Item, EVR_OB}});
  for (const auto& bytes : fragments) {
    auto* fragment = new DcmPixelItem{DcmTag{DCM_Item, EVR_OB}};
    fragment->putUint8Array(bytes.data(), bytes.size());
    sequence->insert(fragment);
  }
  pixels->putOriginalRepresentation(syntax, nullptr, sequence);
  image.dataset().insert(pixels, OFTrue);
}

// Replaces a UID in the meta header by one of the same length or shorter.
inline std::string with_syntax(std::string bytes, std::string_view from, std::string_view to) {
  const std::size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos);
  std::string padded{to};
  padded.resize(from.size() + from.size() % 2, '\0');
  bytes.replace(at, padded.size(), padded);
  return bytes;
}

// The image with these fragments, in whatever transfer syntax.
inline std::string encapsulated(DicomBuilder& image, std::vector<std::vector<Uint8>> fragments,
                                std::string_view syntax) {
  for (auto& fragment : fragments)
    if (fragment.size() % 2 != 0) fragment.push_back(0);
  encapsulate(image, fragments, EXS_MPEG2MainProfileAtMainLevel);
  return with_syntax(image.bytes(EXS_MPEG2MainProfileAtMainLevel),
                     UID_MPEG2MainProfileAtMainLevelTransferSyntax, syntax);
}

}  // namespace radflow
