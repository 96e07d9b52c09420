// Rows of a decompressed strip or tile to rows of an image. Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>

#include "nodes/decode/tiff/layout.hpp"

namespace radflow {

// OpenCV's type of the stored samples: CV_16F for floating point of 16 bits, CV_64F for 32 bit unsigned.
int tiff_stored_type(const TiffLayout& layout);

// Puts `pixels` pixels of a row of a block into row `y` of `out`, from column `x` on. `plane` is the sample
// that the block holds where samples are separate.
void place_tiff_row(const std::uint8_t* row, const TiffLayout& layout, int plane, cv::Mat& out, int y, int x,
                    int pixels);

// Y, Cb and Cr of 8 bits to RGB, by the file's coefficients and reference values (TIFF 6.0, section 21).
struct TiffYCbCr {
  float luma[3] = {0.299F, 0.587F, 0.114F};
  float reference[6] = {0, 255, 128, 255, 128, 255};  // black and white of Y, of Cb, of Cr

  cv::Vec3b rgb(int y, int cb, int cr) const;
};

// A whole block whose units are chroma_columns x chroma_rows values of Y, then one Cb and one Cr. The rows
// from `y` on and the columns from `x` on that are in `out` are written.
void place_tiff_ycbcr(const std::uint8_t* block, const TiffLayout& layout, const TiffYCbCr& colours,
                      cv::Mat& out, int y, int x, int block_rows);

// Indices to RGB; each table has 1 << bits entries of 16 bits, or of 8 in files of old writers.
cv::Mat apply_tiff_palette(const cv::Mat& indices, const std::uint16_t* const tables[3], int bits);

}  // namespace radflow
