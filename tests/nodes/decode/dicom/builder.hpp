// Small DICOM objects, built in memory with DCMTK.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <string>
#include <vector>

namespace radflow {

class DicomBuilder {
 public:
  // A MONOCHROME2 image without pixels, of 16 allocated and stored unsigned bits.
  DicomBuilder(int rows, int columns) {
    text(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
    text(DCM_SOPInstanceUID, "1.2.3.4");
    text(DCM_SeriesInstanceUID, "1.2.3");
    text(DCM_StudyInstanceUID, "1.2");
    text(DCM_PatientName, "NOBODY^SEES");
    text(DCM_PatientID, "secret");
    word(DCM_Rows, rows).word(DCM_Columns, columns).word(DCM_SamplesPerPixel, 1);
    text(DCM_PhotometricInterpretation, "MONOCHROME2");
    bits(16, 16, false);
  }

  DicomBuilder& text(const DcmTagKey& tag, const std::string& value) {
    return text_in(dataset(), tag, value);
  }
  DicomBuilder& word(const DcmTagKey& tag, int value) {
    dataset().putAndInsertUint16(tag, static_cast<Uint16>(value));
    return *this;
  }
  DicomBuilder& words(const DcmTagKey& tag, const std::vector<Uint16>& values) {
    dataset().putAndInsertUint16Array(tag, values.data(), values.size());
    return *this;
  }
  DicomBuilder& bits(int allocated, int stored, bool is_signed) {
    word(DCM_BitsAllocated, allocated).word(DCM_BitsStored, stored).word(DCM_HighBit, stored - 1);
    return word(DCM_PixelRepresentation, is_signed ? 1 : 0);
  }
  DicomBuilder& pixels(const std::vector<Uint16>& values) {
    dataset().putAndInsertUint16Array(DCM_PixelData, values.data(), values.size());
    return *this;
  }
  DicomBuilder& pixels8(const std::vector<Uint8>& values) {
    dataset().putAndInsertUint8Array(DCM_PixelData, values.data(), values.size());
    return *this;
  }
  // Item `index` of a sequence, made if it is not there.
  DcmItem& item(DcmItem& in, const DcmTagKey& sequence, long index = 0) {
    DcmItem* found = nullptr;
    in.findOrCreateSequenceItem(sequence, found, index);
    return *found;
  }
  DicomBuilder& text_in(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
    item.putAndInsertString(tag, value.c_str());
    return *this;
  }
  DcmDataset& dataset() { return *file_.getDataset(); }

  std::string bytes(E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
    std::string buffer(1 << 20, '\0');
    DcmOutputBufferStream stream{buffer.data(), static_cast<offile_off_t>(buffer.size())};
    file_.transferInit();
    file_.write(stream, syntax, EET_UndefinedLength, nullptr);
    file_.transferEnd();
    stream.flush();
    void* data = nullptr;
    offile_off_t size = 0;
    stream.flushBuffer(data, size);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
  }

 private:
  DcmFileFormat file_;
};

}  // namespace radflow
