// A DICOM file around given pixel bytes, with the header of a real one, in any transfer syntax: also in those that DCMTK
// cannot write.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <span>
#include <string>

namespace radflow::bench {

inline void append_little(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
}

inline std::string meta_header(DcmDataset& header, std::string_view syntax) {
  std::string elements;
  const auto uid = [&](std::uint16_t element, std::string value) {
    value.resize(value.size() + value.size() % 2, '\0');
    append_little(elements, 2, 2);
    append_little(elements, element, 2);
    elements += "UI";
    append_little(elements, value.size(), 2);
    elements += value;
  };
  OFString sop_class, instance;
  header.findAndGetOFString(DCM_SOPClassUID, sop_class);
  header.findAndGetOFString(DCM_SOPInstanceUID, instance);
  uid(0x0002, sop_class.c_str());
  uid(0x0003, instance.c_str());
  uid(0x0010, std::string{syntax});
  std::string meta(128, '\0');
  meta += "DICM";
  append_little(meta, 2, 4);  // (0002,0000)
  meta += "UL";
  append_little(meta, 4, 2);
  append_little(meta, elements.size(), 4);
  return meta + elements;
}

// The header's elements without pixels, explicit little endian, or implicit if that is the syntax.
inline std::string header_bytes(DcmDataset header, bool is_explicit) {
  delete header.remove(DCM_PixelData);
  std::string buffer(1 << 20, '\0');
  DcmOutputBufferStream stream{buffer.data(), static_cast<offile_off_t>(buffer.size())};
  header.transferInit();
  header.write(stream, is_explicit ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit, EET_UndefinedLength,
               nullptr);
  header.transferEnd();
  stream.flush();
  void* data = nullptr;
  offile_off_t size = 0;
  stream.flushBuffer(data, size);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

inline std::string native_file(DcmDataset& header, bool is_explicit, std::span<const std::uint8_t> pixels) {
  std::string file = meta_header(header, is_explicit ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2") +
                     header_bytes(header, is_explicit);
  append_little(file, 0x0010'7fe0, 4);
  if (is_explicit) file += std::string{"OW\0\0", 4};
  append_little(file, pixels.size(), 4);
  file.append(reinterpret_cast<const char*>(pixels.data()), pixels.size());
  return file;
}

// One frame in one fragment behind an empty offset table.
inline std::string encapsulated_file(DcmDataset& header, std::string_view syntax,
                                     std::span<const std::uint8_t> codestream) {
  std::string file = meta_header(header, syntax) + header_bytes(header, true);
  append_little(file, 0x0010'7fe0, 4);
  file += std::string{"OB\0\0", 4};
  append_little(file, 0xffffffff, 4);
  append_little(file, 0xe000'fffe, 4);
  append_little(file, 0, 4);
  append_little(file, 0xe000'fffe, 4);
  append_little(file, codestream.size() + codestream.size() % 2, 4);
  file.append(reinterpret_cast<const char*>(codestream.data()), codestream.size());
  file.append(codestream.size() % 2, '\0');
  append_little(file, 0xe0dd'fffe, 4);
  append_little(file, 0, 4);
  return file;
}

}  // namespace radflow::bench
