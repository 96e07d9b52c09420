// What a codec's library does with a codestream when nothing is around it: from the bytes to samples in new memory, as the
// library gives them (OpenJPEG: a plane of 32-bit integers; RLE: two planes of bytes). bare_dcmtk is given a whole file.
#pragma once

#include <charls/charls.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcrledec.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <jxl/decode.h>
#include <openjpeg.h>
#include <spng.h>

#include <cstring>
#include <memory>
#include <opencv2/core.hpp>

#include "tests/bench/decode/encoders.hpp"

namespace radflow::bench {

using Bytes8 = std::span<const std::uint8_t>;

inline void bare_copy(Bytes8 pixels, cv::Size size) {
  cv::Mat samples(size, CV_16U);
  std::memcpy(samples.data, pixels.data(), pixels.size());
}

// DCMTK's own read of a whole file whose pixels are not compressed, which copies them.
inline void bare_dcmtk(Bytes8 file, cv::Size size) {
  DcmInputBufferStream stream;
  stream.setBuffer(file.data(), static_cast<offile_off_t>(file.size()));
  stream.setEos();
  DcmFileFormat read;
  read.transferInit();
  must(read.read(stream).good(), "DCMTK");
  read.transferEnd();
  const Uint16* samples = nullptr;
  unsigned long count = 0;
  must(read.getDataset()->findAndGetUint16Array(DCM_PixelData, samples, &count).good() &&
           count == static_cast<unsigned long>(size.area()),
       "DCMTK");
}

inline void bare_jpeg_lossless(Bytes8 bytes, cv::Size size) {
  static const DJCodecParameter parameter{ECC_lossyYCbCr, EDC_never, EUC_default, EPC_colorByPixel};
  cv::Mat samples(size, CV_16U);
  DJDecompressIJG16Bit decoder{parameter, OFFalse};
  must(decoder.init().good() &&
           decoder
               .decode(const_cast<Uint8*>(bytes.data()), static_cast<Uint32>(bytes.size()), samples.data,
                       static_cast<Uint32>(samples.total() * 2), OFFalse)
               .good(),
       "JPEG lossless");
}

inline void bare_jpeg_ls(Bytes8 bytes, cv::Size size) {
  cv::Mat samples(size, CV_16U);
  charls::jpegls_decoder decoder;
  decoder.source(bytes.data(), bytes.size());
  decoder.read_header();
  decoder.decode(samples.data, samples.total() * 2);
}

inline void bare_jpeg2000(Bytes8 bytes, cv::Size) {
  struct Rest {
    Bytes8 bytes;
  } rest{bytes};
  opj_codec_t* decoder = opj_create_decompress(OPJ_CODEC_J2K);
  opj_stream_t* stream = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(stream, &rest, nullptr);
  opj_stream_set_user_data_length(stream, bytes.size());
  opj_stream_set_read_function(stream, [](void* to, OPJ_SIZE_T count, void* user) -> OPJ_SIZE_T {
    Bytes8& left = static_cast<Rest*>(user)->bytes;
    const std::size_t taken = std::min<std::size_t>(count, left.size());
    if (taken == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(to, left.data(), taken);
    left = left.subspan(taken);
    return taken;
  });
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* image = nullptr;
  must(opj_setup_decoder(decoder, &parameters) && opj_read_header(stream, decoder, &image) &&
           opj_decode(decoder, stream, image) && opj_end_decompress(decoder, stream),
       "JPEG 2000");
  opj_image_destroy(image);
  opj_stream_destroy(stream);
  opj_destroy_codec(decoder);
}

inline void bare_rle(Bytes8 bytes, cv::Size size) {
  std::uint32_t header[3];
  std::memcpy(header, bytes.data(), sizeof header);
  const std::size_t ends[] = {header[2], bytes.size()};
  for (int segment = 0; segment < 2; ++segment) {
    DcmRLEDecoder decoder{static_cast<std::size_t>(size.area()) + 128};
    const std::size_t begin = header[1 + segment];
    decoder.decompress(const_cast<std::uint8_t*>(bytes.data()) + begin, ends[segment] - begin);
    must(!decoder.fail() && decoder.size() >= static_cast<std::size_t>(size.area()), "RLE");
  }
}

inline void bare_jpeg_xl(Bytes8 bytes, cv::Size size) {
  cv::Mat samples(size, CV_16U);
  const std::unique_ptr<JxlDecoder, decltype(&JxlDecoderDestroy)> decoder{JxlDecoderCreate(nullptr),
                                                                          &JxlDecoderDestroy};
  JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_FULL_IMAGE);
  JxlDecoderSetInput(decoder.get(), bytes.data(), bytes.size());
  JxlDecoderCloseInput(decoder.get());
  const JxlPixelFormat format{1, JXL_TYPE_UINT16, JXL_LITTLE_ENDIAN, 0};
  must(JxlDecoderProcessInput(decoder.get()) == JXL_DEC_NEED_IMAGE_OUT_BUFFER &&
           JxlDecoderSetImageOutBuffer(decoder.get(), &format, samples.data, samples.total() * 2) ==
               JXL_DEC_SUCCESS &&
           JxlDecoderProcessInput(decoder.get()) == JXL_DEC_FULL_IMAGE,
       "JPEG XL");
}

inline void bare_png(Bytes8 bytes, cv::Size size) {
  cv::Mat samples(size, CV_8U);
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> png{spng_ctx_new(0), spng_ctx_free};
  must(!spng_set_png_buffer(png.get(), bytes.data(), bytes.size()) &&
           !spng_decode_image(png.get(), samples.data, samples.total(), SPNG_FMT_G8, 0),
       "PNG");
}

}  // namespace radflow::bench
