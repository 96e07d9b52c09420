// JPEG XL codestreams for tests, by libjxl.
#pragma once

#include <gtest/gtest.h>
#include <jxl/encode.h>

#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace radflow {

// All that the encoder gives once `feed` has told it what to encode.
inline std::vector<unsigned char> jpeg_xl(
    const std::function<bool(JxlEncoder*, JxlEncoderFrameSettings*)>& feed) {
  const std::unique_ptr<JxlEncoder, decltype(&JxlEncoderDestroy)> encoder{JxlEncoderCreate(nullptr),
                                                                          &JxlEncoderDestroy};
  EXPECT_TRUE(feed(encoder.get(), JxlEncoderFrameSettingsCreate(encoder.get(), nullptr)));
  JxlEncoderCloseInput(encoder.get());
  std::vector<unsigned char> out(1 << 20);
  std::uint8_t* next = out.data();
  std::size_t left = out.size();
  EXPECT_EQ(JxlEncoderProcessOutput(encoder.get(), &next, &left), JXL_ENC_SUCCESS);
  out.resize(out.size() - left);
  return out;
}

// 8 or 16 bit, one channel or three. libjxl 0.7 takes values spread over the whole of 8 or 16 bits and keeps `bits`.
inline std::vector<unsigned char> jpeg_xl(const cv::Mat& pixels, unsigned bits, bool lossless = true,
                                          bool animated = false) {
  return jpeg_xl([&](JxlEncoder* encoder, JxlEncoderFrameSettings* settings) {
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = static_cast<std::uint32_t>(pixels.cols);
    info.ysize = static_cast<std::uint32_t>(pixels.rows);
    info.bits_per_sample = bits;
    info.num_color_channels = static_cast<std::uint32_t>(pixels.channels());
    info.uses_original_profile = lossless ? JXL_TRUE : JXL_FALSE;
    info.have_animation = animated ? JXL_TRUE : JXL_FALSE;
    if (animated) info.animation = {1, 1, 0, JXL_FALSE};
    JxlColorEncoding colour;
    JxlColorEncodingSetToSRGB(&colour, pixels.channels() == 1 ? JXL_TRUE : JXL_FALSE);
    const std::uint32_t full = pixels.depth() == CV_16U ? 0xffff : 0xff, most = (1u << bits) - 1;
    cv::Mat spread;
    pixels.convertTo(spread, pixels.depth(), static_cast<double>(full) / most);
    const JxlPixelFormat format{info.num_color_channels,
                                pixels.depth() == CV_16U ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
                                JXL_LITTLE_ENDIAN, 0};
    return JxlEncoderSetBasicInfo(encoder, &info) == JXL_ENC_SUCCESS &&
           JxlEncoderSetColorEncoding(encoder, &colour) == JXL_ENC_SUCCESS &&
           JxlEncoderSetFrameLossless(settings, lossless ? JXL_TRUE : JXL_FALSE) == JXL_ENC_SUCCESS &&
           JxlEncoderAddImageFrame(settings, &format, spread.data, spread.total() * spread.elemSize()) ==
               JXL_ENC_SUCCESS;
  });
}

// The container that a JPEG file can be rebuilt from.
inline std::vector<unsigned char> jpeg_xl_of_jpeg(const std::vector<unsigned char>& jpeg) {
  return jpeg_xl([&](JxlEncoder* encoder, JxlEncoderFrameSettings* settings) {
    return JxlEncoderUseContainer(encoder, JXL_TRUE) == JXL_ENC_SUCCESS &&
           JxlEncoderStoreJPEGMetadata(encoder, JXL_TRUE) == JXL_ENC_SUCCESS &&
           JxlEncoderAddJPEGFrame(settings, jpeg.data(), jpeg.size()) == JXL_ENC_SUCCESS;
  });
}

}  // namespace radflow
