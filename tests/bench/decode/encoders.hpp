// One frame of 16-bit samples (12 to 16 of them used) in each codec, by the libraries that decode it too; HTJ2K by OpenJPH,
// because OpenJPEG only reads it.
#pragma once

#include <charls/charls.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrleenc.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djeijg16.h>
#include <openjpeg.h>
#if __has_include(<openjph/ojph_codestream.h>)
#include <openjph/ojph_arch.h>

#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>
#endif

#include <cstring>
#include <memory>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <vector>

namespace radflow::bench {

using Codestream = std::vector<std::uint8_t>;

inline void must(bool done, const char* what) {
  if (!done) throw std::runtime_error{what};
}

// Process 14, selection value 1. The library's samples have 16 bits.
inline Codestream jpeg_lossless(const cv::Mat& samples) {
  const DJCodecParameter parameter{ECC_lossyYCbCr, EDC_never, EUC_default, EPC_default};
  DJCompressIJG16Bit encoder{parameter, EJM_lossless, 1, 0};
  Uint8* bytes = nullptr;
  Uint32 length = 0;
  cv::Mat copy = samples.clone();
  must(encoder
           .encode(static_cast<Uint16>(copy.cols), static_cast<Uint16>(copy.rows), EPI_Monochrome2, 1,
                   copy.ptr<Uint16>(), bytes, length)
           .good(),
       "JPEG lossless");
  const std::unique_ptr<Uint8[]> owner{bytes};
  return {bytes, bytes + length};
}

inline Codestream jpeg_ls(const cv::Mat& samples, int bits) {
  charls::jpegls_encoder encoder;
  encoder.frame_info(
      {static_cast<std::uint32_t>(samples.cols), static_cast<std::uint32_t>(samples.rows), bits, 1});
  Codestream bytes(encoder.estimated_destination_size());
  encoder.destination(bytes);
  bytes.resize(encoder.encode(samples.data, samples.total() * 2));
  return bytes;
}

inline Codestream jpeg2000(const cv::Mat& samples, int bits) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(samples.cols);
  component.h = static_cast<OPJ_UINT32>(samples.rows);
  component.prec = static_cast<OPJ_UINT32>(bits);
  opj_image_t* image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
  image->x1 = component.w;
  image->y1 = component.h;
  std::copy_n(samples.ptr<std::uint16_t>(), samples.total(), image->comps[0].data);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  opj_codec_t* encoder = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
  Codestream bytes;
  opj_stream_set_user_data(stream, &bytes, nullptr);
  opj_stream_set_write_function(stream, [](void* data, OPJ_SIZE_T size, void* user) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    static_cast<Codestream*>(user)->insert(static_cast<Codestream*>(user)->end(), from, from + size);
    return size;
  });
  must(opj_setup_encoder(encoder, &parameters, image) && opj_start_compress(encoder, image, stream) &&
           opj_encode(encoder, stream) && opj_end_compress(encoder, stream),
       "JPEG 2000");
  opj_stream_destroy(stream);
  opj_destroy_codec(encoder);
  opj_image_destroy(image);
  return bytes;
}

// Empty where OpenJPH is not installed.
inline Codestream htj2k([[maybe_unused]] const cv::Mat& samples, [[maybe_unused]] int bits) {
#if __has_include(<openjph/ojph_codestream.h>)
  ojph::codestream encoder;
  auto size = encoder.access_siz();
  size.set_image_extent(
      ojph::point{static_cast<ojph::ui32>(samples.cols), static_cast<ojph::ui32>(samples.rows)});
  size.set_num_components(1);
  size.set_component(0, ojph::point{1, 1}, static_cast<ojph::ui32>(bits), false);
  encoder.access_cod().set_reversible(true);
  encoder.set_planar(true);
  ojph::mem_outfile out;
  out.open();
  encoder.write_headers(&out);
  ojph::ui32 component = 0;
  ojph::line_buf* line = encoder.exchange(nullptr, component);
  for (int row = 0; row < samples.rows; ++row) {
    std::copy_n(samples.ptr<std::uint16_t>(row), samples.cols, line->i32);
    line = encoder.exchange(line, component);
  }
  encoder.flush();
  Codestream bytes{out.get_data(), out.get_data() + out.tell()};
  encoder.close();
  return bytes;
#else
  return {};
#endif
}

// The higher bytes of all samples, then the lower ones; each row packed by itself (PS3.5 annex G).
inline Codestream rle(const cv::Mat& samples) {
  Codestream bytes(64);
  const auto header = [&](std::size_t at, std::size_t value) {
    const auto word = static_cast<std::uint32_t>(value);
    std::memcpy(bytes.data() + at, &word, sizeof word);
  };
  header(0, 2);
  for (std::size_t segment = 0; segment < 2; ++segment) {
    DcmRLEEncoder encoder{1};
    for (int row = 0; row < samples.rows; ++row) {
      for (int column = 0; column < samples.cols; ++column)
        encoder.add(samples.data[row * samples.step + static_cast<std::size_t>(column) * 2 + 1 - segment]);
      encoder.flush();
    }
    must(!encoder.fail(), "RLE");
    header(4 + segment * 4, bytes.size());
    const std::size_t begin = bytes.size();
    bytes.resize(begin + encoder.size());
    encoder.write(bytes.data() + begin);
  }
  return bytes;
}

}  // namespace radflow::bench
