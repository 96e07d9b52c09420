// JPEG 2000 and High-Throughput JPEG 2000 by OpenJPEG, as bare codestreams or in a JP2 file.
#include <openjpeg.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "nodes/decode/codestream/jpeg2000_header.hpp"
#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {
namespace {

struct Codestream {
  ByteSpan bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& source = *static_cast<Codestream*>(user);
  const std::size_t taken = std::min<std::size_t>(count, source.bytes.size() - source.position);
  if (taken == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(buffer, source.bytes.data() + source.position, taken);
  source.position += taken;
  return taken;
}
OPJ_OFF_T skip_source(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Codestream*>(user);
  if (count < 0 || static_cast<std::uint64_t>(count) > source.bytes.size() - source.position) return -1;
  source.position += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_source(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Codestream*>(user);
  if (position < 0 || static_cast<std::uint64_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Decoder = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

bool uses_colour_transform(opj_codec_t* decoder) {
  opj_codestream_info_v2_t* info = opj_get_cstr_info(decoder);
  const bool used = info && info->m_default_tile_info.mct != 0;
  opj_destroy_cstr_info(&info);
  return used;
}

std::optional<Error> check_image(const opj_image_t& image, const PixelLayout& layout) {
  if (image.numcomps == 0) return Error{"malformed", "JPEG 2000 without components"};
  const opj_image_comp_t& first = image.comps[0];
  for (OPJ_UINT32 c = 0; c < image.numcomps; ++c) {
    const opj_image_comp_t& component = image.comps[c];
    if (component.dx != first.dx || component.dy != first.dy || component.prec != first.prec ||
        component.sgnd != first.sgnd)
      return Error{"unsupported_pixels", "JPEG 2000 components of different size or precision"};
  }
  if (first.dx != 1 || first.dy != 1) return Error{"unsupported_pixels", "subsampled JPEG 2000"};
  return check_codestream(layout, std::uint64_t{image.x1} - image.x0, std::uint64_t{image.y1} - image.y0,
                          image.numcomps, static_cast<int>(std::min(first.prec, 1000u)));
}

template <typename T>
void interleave(const opj_image_t& image, cv::Mat& out) {
  const std::size_t channels = image.numcomps, pixels = out.total();
  const OPJ_UINT32 mask = image.comps[0].prec >= 32 ? 0xffffffffu : (1u << image.comps[0].prec) - 1;
  T* to = out.ptr<T>();
  if (channels == 1) {  // a loop that needs no steps is done in vectors
    const OPJ_INT32* from = image.comps[0].data;
    for (std::size_t i = 0; i < pixels; ++i) to[i] = static_cast<T>(static_cast<OPJ_UINT32>(from[i]) & mask);
    return;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    const OPJ_INT32* from = image.comps[c].data;
    for (std::size_t i = 0; i < pixels; ++i)
      to[i * channels + c] = static_cast<T>(static_cast<OPJ_UINT32>(from[i]) & mask);
  }
}

// opj_read_header already allocates for each tile.
std::optional<Error> check_header(ByteSpan codestream, const PixelLayout& layout, const Charge& charge) {
  const auto header = read_jpeg2000_header(codestream);
  if (!header) return header.error();
  if (auto error = check_codestream(layout, header->columns, header->rows, header->components, 1))
    return error;
  const auto tables = jpeg2000_table_bytes(codestream);
  if (!tables) return tables.error();
  return charge && *tables > uncharged_memory ? charge(*tables) : std::nullopt;
}

}  // namespace

Result<Decoded> decode_jpeg2000(ByteSpan codestream, const PixelLayout& layout, const Charge& charge,
                                cv::Mat& out) {
  if (auto error = check_header(codestream, layout, charge)) return *std::move(error);
  const Decoder decoder{opj_create_decompress(is_jp2(codestream) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
                        &opj_destroy_codec};
  const Stream stream{opj_stream_default_create(OPJ_TRUE), &opj_stream_destroy};
  Codestream source{codestream};
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), codestream.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);

  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* header = nullptr;
  // A decoder is strict from the start: what is cut short is an error. To ask for it with
  // opj_decoder_set_strict_mode turns off more in OpenJPEG 2.5.3, namely the mending of tile-parts that are
  // numbered from 1: it then leaves out the last one of each tile in silence.
  const bool readable =
      opj_setup_decoder(decoder.get(), &parameters) && opj_read_header(stream.get(), decoder.get(), &header);
  const Image image{header, &opj_image_destroy};
  if (!readable || !image) return Error{"malformed", "the JPEG 2000 header cannot be read"};
  if (auto error = check_image(*image, layout)) return *std::move(error);  // before anything is allocated
  const bool transformed = uses_colour_transform(decoder.get());
  if (!opj_decode(decoder.get(), stream.get(), image.get()) ||
      !opj_end_decompress(decoder.get(), stream.get())) {
    const bool cut = source.position >= codestream.size();
    return Error{cut ? "truncated" : "malformed", "the JPEG 2000 codestream is damaged or cut short"};
  }
  if (auto error = check_image(*image, layout))
    return *std::move(error);  // a JP2 palette may have changed it
  for (OPJ_UINT32 c = 0; c < image->numcomps; ++c)
    if (!image->comps[c].data || image->comps[c].w != static_cast<OPJ_UINT32>(layout.columns) ||
        image->comps[c].h != static_cast<OPJ_UINT32>(layout.rows))
      return Error{"truncated", "a JPEG 2000 component is missing"};

  if (out.elemSize1() == 1)
    interleave<std::uint8_t>(*image, out);
  else if (out.elemSize1() == 2)
    interleave<std::uint16_t>(*image, out);
  else
    interleave<std::uint32_t>(*image, out);
  return Decoded{.precision = static_cast<int>(image->comps[0].prec), .already_rgb = transformed};
}

}  // namespace radflow
