// JpegHeader: what the markers of a JPEG, lossless JPEG or JPEG-LS codestream say, read before it is decoded:
// libjpeg allocates what the frame header promises and pads a stream that is cut short.
#pragma once

#include <optional>

#include "nodes/decode/reader.hpp"

namespace radflow {

struct JpegHeader {
  int process = 0;    // low byte of the SOF marker: 0xC0 baseline ... 0xC3 lossless ... 0xF7 JPEG-LS
  int precision = 0;  // bits of a sample
  std::uint32_t rows = 0, columns = 0;
  int components = 0;
  std::optional<int> adobe_transform;  // what an APP14 marker says: 0 none, 1 YCbCr
  bool jfif = false;                   // JFIF's colour is always YCbCr
  int odd_scans =
      0;  // sequential scans that do not say that they hold all coefficients; libjpeg warns, and reads them
  int scans = 0;
  bool complete = false;  // an end-of-image marker closes the scans
  std::size_t end = 0;    // behind that marker
};

// A decoder goes through the whole picture for every scan of a progressive one: of a megabyte of tiny scans it would be busy
// for minutes. Encoders write some ten, one that sends every bit of every coefficient apart fewer than this.
constexpr int most_jpeg_scans = 500;

// malformed, where there are more.
std::optional<Error> too_many_scans(const JpegHeader& header);

// None if there is no frame header.
std::optional<JpegHeader> read_jpeg_header(ByteSpan codestream);

}  // namespace radflow
