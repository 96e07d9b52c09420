// Segmentations of 1 bit a pixel in RLE, JPEG 2000 and as deflated frames, and other pixels in deflated frames.
#include <gmock/gmock.h>
#include <openjpeg.h>
#include <zlib.h>

#include <algorithm>

#include "tests/nodes/decode/dicom/encapsulated.hpp"
#include "tests/nodes/decode/dicom/values.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Fragment = std::vector<Uint8>;

constexpr const char* rle = "1.2.840.10008.1.2.5";
constexpr const char* jpeg2000 = "1.2.840.10008.1.2.4.90";
constexpr const char* deflated_frames = "1.2.840.10008.1.2.8.1";

DicomBuilder one_bit(int rows, int columns, int frames) {
  DicomBuilder image{rows, columns};
  image.bits(1, 1, false).text(DCM_NumberOfFrames, std::to_string(frames));
  return image;
}

// One segment behind the header of 64 bytes.
Fragment rle_frame(const Fragment& segment) {
  Fragment frame(64, 0);
  frame[0] = 1;
  frame[4] = 64;
  frame.insert(frame.end(), segment.begin(), segment.end());
  return frame;
}

Fragment deflated(const Fragment& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Fragment out(bytes.size() + 64);
  stream.next_in = const_cast<Uint8*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A codestream of one component with so many bits, lossless.
Fragment jpeg2000_of(const std::vector<int>& pixels, int columns, unsigned bits) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(columns);
  component.h = static_cast<OPJ_UINT32>(pixels.size()) / component.w;
  component.prec = bits;
  opj_image_t* image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
  image->x1 = component.w;
  image->y1 = component.h;
  std::ranges::copy(pixels, image->comps[0].data);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = parameters.cp_disto_alloc = 1;
  parameters.numresolution = 1;
  opj_codec_t* encoder = opj_create_compress(OPJ_CODEC_J2K);
  EXPECT_TRUE(opj_setup_encoder(encoder, &parameters, image));
  struct Sink {
    Fragment bytes;
    std::size_t at = 0;
  } sink;
  opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
  opj_stream_set_user_data(stream, &sink, nullptr);
  opj_stream_set_write_function(stream, [](void* from, OPJ_SIZE_T count, void* user) {
    auto& to = *static_cast<Sink*>(user);
    to.bytes.resize(std::max(to.bytes.size(), to.at + count));
    std::copy_n(static_cast<const Uint8*>(from), count, to.bytes.data() + to.at);
    to.at += count;
    return count;
  });
  opj_stream_set_skip_function(stream, [](OPJ_OFF_T count, void* user) {
    static_cast<Sink*>(user)->at += static_cast<std::size_t>(count);
    return count;
  });
  opj_stream_set_seek_function(stream, [](OPJ_OFF_T at, void* user) -> OPJ_BOOL {
    static_cast<Sink*>(user)->at = static_cast<std::size_t>(at);
    return OPJ_TRUE;
  });
  EXPECT_TRUE(opj_start_compress(encoder, image, stream) && opj_encode(encoder, stream) &&
              opj_end_compress(encoder, stream));
  opj_stream_destroy(stream);
  opj_destroy_codec(encoder);
  opj_image_destroy(image);
  return sink.bytes;
}

void expect_two_frames(const DecodeNode::Answer& frames) {
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.size(), 2);
  for (std::size_t i = 0; i < 2; ++i)
    ASSERT_TRUE(frames.pieces[i].value) << frames.pieces[i].value.error().detail;
  ASSERT_EQ(frames.frame(0).pixels.type(), CV_8UC1);
  EXPECT_THAT(values<std::uint8_t>(frames.frame(0).pixels), ElementsAre(1, 0, 1, 1, 0, 0, 0, 1, 0, 1));
  EXPECT_THAT(values<std::uint8_t>(frames.frame(1).pixels), ElementsAre(0, 1, 1, 0, 1, 1, 1, 1, 1, 1));
  EXPECT_EQ(frames.frame(0).bits_stored, 1);
  EXPECT_TRUE(frames.warnings.empty());
}

TEST(OneBitPixels, RleHoldsAByteForEach) {
  DicomBuilder image = one_bit(2, 5, 2);
  expect_two_frames(as_stored(encapsulated(
      image, {rle_frame({4, 1, 0, 1, 1, 0, 4, 0, 0, 1, 0, 1}), rle_frame({4, 0, 1, 1, 0, 1, 0xfc, 1})},
      rle)));
}

TEST(OneBitPixels, RleWithOtherBitsIsDamaged) {
  DicomBuilder image = one_bit(1, 4, 1);
  const auto frames = as_stored(encapsulated(image, {rle_frame({3, 1, 2, 0, 1})}, rle));
  EXPECT_EQ(frames.failed, "malformed");
  EXPECT_THAT(frames.detail, HasSubstr("stores 1 bits"));
}

TEST(OneBitPixels, RleOfPackedBitsIsShortOfPixels) {
  DicomBuilder image = one_bit(8, 8, 1);
  EXPECT_EQ(as_stored(encapsulated(image, {rle_frame({0xf9, 0x55})}, rle)).failed, "truncated");
}

TEST(OneBitPixels, Jpeg2000OfOneBitAndOfAByte) {
  for (const unsigned bits : {1u, 8u}) {
    SCOPED_TRACE(bits);
    DicomBuilder image = one_bit(2, 5, 2);
    expect_two_frames(as_stored(encapsulated(image,
                                             {jpeg2000_of({1, 0, 1, 1, 0, 0, 0, 1, 0, 1}, 5, bits),
                                              jpeg2000_of({0, 1, 1, 0, 1, 1, 1, 1, 1, 1}, 5, bits)},
                                             jpeg2000)));
  }
  DicomBuilder image = one_bit(1, 4, 1);
  EXPECT_EQ(as_stored(encapsulated(image, {jpeg2000_of({0, 1, 2, 1}, 4, 8)}, jpeg2000)).failed, "malformed");
}

// Each frame begins in a byte of its own, lowest bit first.
TEST(OneBitPixels, DeflatedFramesArePackedEach) {
  DicomBuilder image = one_bit(2, 5, 2);
  expect_two_frames(as_stored(
      encapsulated(image, {deflated({0b10001101, 0b10}), deflated({0b11110110, 0b11})}, deflated_frames)));
}

TEST(DeflatedFrames, KeepSixteenBitsAndColourByPlane) {
  DicomBuilder grey{1, 3};
  grey.bits(16, 12, true);
  const auto frames =
      as_stored(encapsulated(grey, {deflated({0xff, 0x0f, 0x00, 0x08, 0xff, 0x07})}, deflated_frames));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_THAT(values<std::int16_t>(frames.frame().pixels), ElementsAre(-1, -2048, 2047));

  DicomBuilder colour{1, 3};
  colour.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).word(DCM_PlanarConfiguration, 1);
  colour.text(DCM_PhotometricInterpretation, "RGB");
  const auto planes =
      as_stored(encapsulated(colour, {deflated({1, 2, 3, 4, 5, 6, 7, 8, 9})}, deflated_frames));
  ASSERT_EQ(planes.failed, "") << planes.detail;
  EXPECT_THAT(values<std::uint8_t>(planes.frame().pixels), ElementsAre(1, 4, 7, 2, 5, 8, 3, 6, 9));
}

TEST(DeflatedFrames, WhatIsDamagedIsAnError) {
  const Fragment whole = deflated({1, 2, 3, 4, 5, 6, 7, 8});
  const auto failed = [](const Fragment& fragment) {
    DicomBuilder image{2, 4};
    image.bits(8, 8, false);
    return as_stored(encapsulated(image, {fragment}, deflated_frames)).failed;
  };
  EXPECT_EQ(failed(whole), "");
  EXPECT_EQ(failed({whole.begin(), whole.begin() + 4}), "truncated");
  EXPECT_EQ(failed(deflated({1, 2, 3, 4, 5, 6, 7})), "malformed");
  EXPECT_EQ(failed(deflated(Fragment(1 << 20, 7))), "malformed");
  EXPECT_EQ(failed(Fragment(16, 0xff)), "malformed");
  Fragment followed = whole;
  followed.insert(followed.end(), {0, 1, 2, 3});
  EXPECT_EQ(failed(followed), "malformed");
}

TEST(DeflatedFrames, MoreFragmentsThanNumberOfFramesAreAllRead) {
  DicomBuilder image = one_bit(1, 8, 1);
  const auto frames = as_stored(encapsulated(image, {deflated({1}), deflated({3})}, deflated_frames));
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(cv::countNonZero(frames.frame(1).pixels), 2);
  ASSERT_EQ(frames.warnings.size(), 1);
  EXPECT_EQ(frames.warnings[0].reason, "frame_count");
}

}  // namespace
}  // namespace radflow
