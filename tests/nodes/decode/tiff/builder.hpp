// TIFF files for tests, written into memory by libtiff.
#pragma once

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace radflow {

// One page: the samples as they are to be stored, and the tags that tell what they are.
struct TiffPage {
  cv::Mat samples;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int sample_format = SAMPLEFORMAT_UINT;
  int compression = COMPRESSION_NONE;
  bool separate = false;
  int tile = 0;            // side of a tile; 0: strips
  int rows_per_strip = 7;  // more than one strip, and a last one that is lower
  int bits = 0;  // fewer than the samples' depth: `samples` holds rows of bytes, `columns` how many pixels
  int columns = 0;
  std::vector<std::uint16_t> extra{};
  std::function<void(TIFF*)> more_tags{};
};

class TiffBuilder {
 public:
  // `mode`: "w", and "8" for BigTIFF, "b" for big endian.
  explicit TiffBuilder(const char* mode = "w")
      : tiff_{TIFFClientOpen(
            "test", mode, this, read, write, seek, [](thandle_t) { return 0; }, size,
            [](thandle_t, void**, toff_t*) { return 0; }, [](thandle_t, void*, toff_t) {})} {}
  ~TiffBuilder() {
    if (tiff_) TIFFClose(tiff_);
  }
  TiffBuilder(const TiffBuilder&) = delete;

  TiffBuilder& page(const TiffPage& page) {
    const auto set = [&](std::uint32_t tag, auto value) { TIFFSetField(tiff_, tag, value); };
    set(TIFFTAG_IMAGEWIDTH, page.columns ? page.columns : page.samples.cols);
    set(TIFFTAG_IMAGELENGTH, page.samples.rows);
    set(TIFFTAG_BITSPERSAMPLE, page.bits ? page.bits : static_cast<int>(page.samples.elemSize1()) * 8);
    set(TIFFTAG_SAMPLESPERPIXEL, page.samples.channels());
    set(TIFFTAG_SAMPLEFORMAT, page.sample_format);
    set(TIFFTAG_COMPRESSION, page.compression);
    set(TIFFTAG_PHOTOMETRIC, page.photometric);
    set(TIFFTAG_PLANARCONFIG, page.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    if (!page.extra.empty())
      TIFFSetField(tiff_, TIFFTAG_EXTRASAMPLES, static_cast<int>(page.extra.size()), page.extra.data());
    if (page.tile) {
      set(TIFFTAG_TILEWIDTH, page.tile);
      set(TIFFTAG_TILELENGTH, page.tile);
    } else {
      set(TIFFTAG_ROWSPERSTRIP, page.rows_per_strip);
    }
    if (page.more_tags) page.more_tags(tiff_);
    std::vector<cv::Mat> planes{page.samples};
    if (page.separate) cv::split(page.samples, planes);
    for (std::size_t i = 0; i < planes.size(); ++i)
      page.tile ? write_tiles(planes[i], page.tile, static_cast<std::uint16_t>(i))
                : write_strips(planes[i], page.rows_per_strip, static_cast<std::uint16_t>(i));
    TIFFWriteDirectory(tiff_);
    return *this;
  }
  // A page whose strips are given as they are: units of YCbCr.
  TiffBuilder& page(const TiffPage& layout, std::string strip) {
    TiffPage page = layout;
    page.rows_per_strip = page.samples.rows;
    page.more_tags = [&, before = layout.more_tags](TIFF* tiff) {
      if (before) before(tiff);
      TIFFWriteEncodedStrip(tiff, 0, strip.data(), static_cast<tmsize_t>(strip.size()));
    };
    const cv::Mat samples = page.samples;
    strips_given_ = true;
    this->page(page);
    strips_given_ = false;
    return *this;
  }

  std::string bytes() {
    TIFFClose(std::exchange(tiff_, nullptr));
    return bytes_;
  }

 private:
  void write_strips(const cv::Mat& plane, int rows_per_strip, std::uint16_t sample) {
    if (strips_given_) return;
    for (int row = 0; row < plane.rows; row += rows_per_strip) {
      cv::Mat strip = plane.rowRange(row, std::min(row + rows_per_strip, plane.rows)).clone();
      TIFFWriteEncodedStrip(tiff_, TIFFComputeStrip(tiff_, static_cast<std::uint32_t>(row), sample),
                            strip.data, static_cast<tmsize_t>(strip.total() * strip.elemSize()));
    }
  }
  void write_tiles(const cv::Mat& plane, int side, std::uint16_t sample) {
    for (int row = 0; row < plane.rows; row += side)
      for (int column = 0; column < plane.cols; column += side) {
        cv::Mat tile(side, side, plane.type(), cv::Scalar::all(99));
        const cv::Rect part = cv::Rect{column, row, side, side} & cv::Rect{{}, plane.size()};
        plane(part).copyTo(tile(cv::Rect{{}, part.size()}));
        TIFFWriteTile(tiff_, tile.data, static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row),
                      0, sample);
      }
  }

  static TiffBuilder& self(thandle_t handle) { return *static_cast<TiffBuilder*>(handle); }
  static tmsize_t read(thandle_t handle, void* to, tmsize_t count) {
    TiffBuilder& file = self(handle);
    const std::size_t taken = std::min(static_cast<std::size_t>(count),
                                       file.bytes_.size() - std::min(file.at_, file.bytes_.size()));
    std::memcpy(to, file.bytes_.data() + file.at_, taken);
    file.at_ += taken;
    return static_cast<tmsize_t>(taken);
  }
  static tmsize_t write(thandle_t handle, void* from, tmsize_t count) {
    TiffBuilder& file = self(handle);
    const auto length = static_cast<std::size_t>(count);
    file.bytes_.resize(std::max(file.bytes_.size(), file.at_ + length));
    std::memcpy(file.bytes_.data() + file.at_, from, length);
    file.at_ += length;
    return count;
  }
  static toff_t seek(thandle_t handle, toff_t to, int from) {
    TiffBuilder& file = self(handle);
    file.at_ = to + (from == SEEK_CUR ? file.at_ : from == SEEK_END ? file.bytes_.size() : 0);
    return file.at_;
  }
  static toff_t size(thandle_t handle) { return self(handle).bytes_.size(); }

  std::string bytes_;
  std::size_t at_ = 0;
  bool strips_given_ = false;
  TIFF* tiff_;  // last: it writes its header into the others
};

}  // namespace radflow
