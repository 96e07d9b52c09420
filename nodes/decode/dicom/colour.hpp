// Colour of DICOM to RGB: YCbCr and palettes.
#pragma once

#include "nodes/decode/dicom/pixels.hpp"
#include "nodes/decode/dicom/tags.hpp"

namespace radflow {

// Interleaved YCbCr to RGB, in place (PS3.3 C.7.6.3.1.2); values are rounded and kept within `bits`.
void ybr_to_rgb(cv::Mat& samples, ColourModel model, int bits);

// The colour tables of a PALETTE COLOR image, plain or segmented.
class Palette {
 public:
  // Errors: malformed, unsupported_pixels (none in the file, or one with indirect segments).
  static Result<Palette> read(DcmItem& dataset, const PixelLayout& layout);

  // Indices to RGB: CV_8UC3, or CV_16UC3 if the entries have more than 8 bits.
  cv::Mat apply(const cv::Mat& indices) const;
  int bits() const { return bits_; }

 private:
  double first_ = 0;
  int bits_ = 8;
  std::vector<std::uint16_t> entries_[3];
};

}  // namespace radflow
