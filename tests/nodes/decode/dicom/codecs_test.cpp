// Signed and unsigned values of 8 to 16 bits through the codecs that DCMTK and CharLS can write, and transfer
// syntaxes that radflow cannot read.
#include <charls/charls.h>
#include <gmock/gmock.h>

#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>

#include <opencv2/core.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/encapsulated.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const DecodeNode as_stored{"decode: {rescale: false}"};

class DicomCodecs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    DcmRLEEncoderRegistration::registerCodecs();
    DJEncoderRegistration::registerCodecs();
  }
  static void TearDownTestSuite() {
    DcmRLEEncoderRegistration::cleanup();
    DJEncoderRegistration::cleanup();
  }

  // Two frames of a ramp over all values of `bits` bits.
  static DicomBuilder ramp(int bits, bool is_signed) {
    DicomBuilder image{16, 32};
    image.bits(bits <= 8 ? 8 : 16, bits, is_signed).text(DCM_NumberOfFrames, "2");
    std::vector<Uint16> values;
    for (int i = 0; i < 1024; ++i)
      values.push_back(static_cast<Uint16>((i * 2654435761u >> 13) & ((1u << bits) - 1)));
    if (bits <= 8)
      image.pixels8({values.begin(), values.end()});
    else
      image.pixels(values);
    return image;
  }

  static void expect_same(DicomBuilder& image, E_TransferSyntax syntax,
                          const DcmRepresentationParameter& parameter) {
    const auto expected = as_stored(image.bytes());
    ASSERT_EQ(expected.failed, "") << expected.detail;
    ASSERT_TRUE(image.dataset().chooseRepresentation(syntax, &parameter).good());
    const auto decoded = as_stored(image.bytes(syntax));
    ASSERT_EQ(decoded.failed, "") << decoded.detail;
    ASSERT_EQ(decoded.size(), 2);
    for (std::size_t i = 0; i < 2; ++i) {
      ASSERT_TRUE(decoded.pieces[i].value) << decoded.pieces[i].value.error().detail;
      EXPECT_EQ(decoded.frame(i).pixels.type(), expected.frame(i).pixels.type());
      EXPECT_EQ(cv::norm(decoded.frame(i).pixels, expected.frame(i).pixels, cv::NORM_INF), 0);
    }
  }
};

TEST_F(DicomCodecs, RleKeepsEveryValue) {
  for (const auto& [bits, is_signed] : {std::pair{8, false}, {12, true}, {16, false}, {16, true}}) {
    SCOPED_TRACE(bits);
    DicomBuilder image = ramp(bits, is_signed);
    expect_same(image, EXS_RLELossless, DcmRLERepresentationParameter{});
  }
}

TEST_F(DicomCodecs, LosslessJpegKeepsEveryValue) {
  for (const auto& [bits, is_signed] :
       {std::pair{8, false}, {12, false}, {12, true}, {16, false}, {16, true}}) {
    SCOPED_TRACE(bits);
    DicomBuilder image = ramp(bits, is_signed);
    expect_same(image, EXS_JPEGProcess14SV1, DJ_RPLossless{});
  }
}

std::vector<Uint8> jpeg_ls(const cv::Mat& pixels, int bits) {
  charls::jpegls_encoder encoder;
  encoder.frame_info(
      {static_cast<std::uint32_t>(pixels.cols), static_cast<std::uint32_t>(pixels.rows), bits, 1});
  std::vector<Uint8> codestream(encoder.estimated_destination_size());
  encoder.destination(codestream);
  // Signed values are written by their low bits.
  cv::Mat low = pixels.clone();
  if (low.elemSize1() == 2)
    for (std::size_t i = 0; i < low.total(); ++i)
      low.ptr<std::uint16_t>()[i] &= static_cast<std::uint16_t>((1 << bits) - 1);
  codestream.resize(encoder.encode(low.data, low.total() * low.elemSize()));
  if (codestream.size() % 2 != 0) codestream.push_back(0);
  return codestream;
}

TEST_F(DicomCodecs, LosslessJpegLsKeepsEveryValue) {
  for (const auto& [bits, is_signed] :
       {std::pair{8, false}, {12, false}, {12, true}, {16, false}, {16, true}}) {
    SCOPED_TRACE(bits);
    DicomBuilder image = ramp(bits, is_signed);
    const auto expected = as_stored(image.bytes());
    encapsulate(image, {jpeg_ls(expected.frame(0).pixels, bits), jpeg_ls(expected.frame(1).pixels, bits)},
                EXS_JPEGLSLossless);
    const auto decoded = as_stored(image.bytes(EXS_JPEGLSLossless));
    ASSERT_EQ(decoded.failed, "") << decoded.detail;
    for (std::size_t i = 0; i < 2; ++i) {
      ASSERT_TRUE(decoded.pieces[i].value) << decoded.pieces[i].value.error().detail;
      EXPECT_EQ(cv::norm(decoded.frame(i).pixels, expected.frame(i).pixels, cv::NORM_INF), 0);
    }
  }
}

// Nothing here can write High-Throughput JPEG 2000: this codestream was made by OpenJPH, from PyPI's
// imagecodecs 2026.3.6:
//   row, column = numpy.mgrid[:16, :32]
//   pixels = (row * 4001 + column * 61 + 7).astype(numpy.uint16)
//   base64.b64encode(imagecodecs.htj2k_encode(pixels, reversible=True))
constexpr const char* htj2k_ramp =
    "/0//UQApQAAAAAAgAAAAEAAAAAAAAAAAAAAAIAAAABAAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCI"
    "kJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAL0AAf+TwAAmuewEh3QAwAATALb4Awd0AMAA"
    "E0AAFSBa/AChNAC2HW07/gFiNADAABPAABXAKlT8ggJ0AJyOnA5OB6fjAEIAp1YAwAAVUAAFshAQEBDmCnGCdgBSRilDypAypAwp"
    "Q8qQMv7oJSB79pSB7LoAwAAroAAXVjiO4ziO4/n6enpwgngAQB/ogR7ogR7ogR7ogR7ogR7ogR7ogR7o/0wBzge/Zzge/Zzge/Zz"
    "geyzAf/Z";

TEST_F(DicomCodecs, HighThroughputJpeg2000KeepsEveryValue) {
  unsigned char* decoded_base64 = nullptr;
  const std::size_t size = OFStandard::decodeBase64(htj2k_ramp, decoded_base64);
  const std::vector<Uint8> codestream(decoded_base64, decoded_base64 + size);
  delete[] decoded_base64;
  DicomBuilder image{16, 32};
  encapsulate(image, {codestream}, EXS_MPEG2MainProfileAtMainLevel);
  const std::string bytes = image.bytes(EXS_MPEG2MainProfileAtMainLevel);
  for (const char* syntax :
       {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}) {
    SCOPED_TRACE(syntax);
    const auto decoded = as_stored(with_syntax(bytes, UID_MPEG2MainProfileAtMainLevelTransferSyntax, syntax));
    ASSERT_EQ(decoded.failed, "") << decoded.detail;
    ASSERT_TRUE(decoded.pieces[0].value) << decoded.pieces[0].value.error().detail;
    const cv::Mat& pixels = decoded.frame(0).pixels;
    ASSERT_EQ(pixels.type(), CV_16UC1);
    for (int row = 0; row < 16; ++row)
      for (int column = 0; column < 32; ++column)
        ASSERT_EQ(pixels.at<std::uint16_t>(row, column), row * 4001 + column * 61 + 7)
            << row << ", " << column;
  }
}

TEST_F(DicomCodecs, EncapsulatedUncompressedIsReadPerFragment) {
  DicomBuilder image{1, 2};
  image.text(DCM_NumberOfFrames, "2");
  encapsulate(image, {{1, 0, 2, 1}, {9, 0, 2, 1}}, EXS_JPEGProcess14SV1);
  const std::string bytes = with_syntax(image.bytes(EXS_JPEGProcess14SV1), UID_JPEGProcess14SV1TransferSyntax,
                                        "1.2.840.10008.1.2.1.98");
  const auto frames = as_stored(bytes);
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(frames.frame(0).pixels.at<std::uint16_t>(0, 0), 1);
  EXPECT_EQ(frames.frame(1).pixels.at<std::uint16_t>(0, 0), 9);
  EXPECT_EQ(frames.frame(1).pixels.at<std::uint16_t>(0, 1), 258);

  const auto referenced = as_stored(with_syntax(bytes, "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.4.94"));
  EXPECT_EQ(referenced.failed, "unsupported_transfer_syntax");
  EXPECT_THAT(referenced.detail, HasSubstr("1.2.840.10008.1.2.4.94"));
  EXPECT_THAT(referenced.detail, HasSubstr("JPIP"));
  const auto unheard = as_stored(with_syntax(bytes, "1.2.840.10008.1.2.1.98", "1.2.3.4.5"));
  EXPECT_EQ(unheard.failed, "unsupported_transfer_syntax");
  EXPECT_THAT(unheard.detail, HasSubstr("1.2.3.4.5"));
}

// Details of failures are logged, and a damaged or forged header may have a name anywhere.
TEST_F(DicomCodecs, TextThatIsNoneOfTheValuesIsNotQuoted) {
  DicomBuilder image{1, 2};
  image.text(DCM_PhotometricInterpretation, "SECRET").pixels({1, 2});
  EXPECT_EQ(as_stored(image.bytes()).failed, "unsupported_pixels");
  EXPECT_THAT(as_stored(image.bytes()).detail,
              testing::AllOf(HasSubstr("none of MONOCHROME1, "), testing::Not(HasSubstr("SECRET"))));
  encapsulate(image, {{1, 0, 2, 1}}, EXS_JPEGProcess14SV1);
  const auto syntax = as_stored(
      with_syntax(image.bytes(EXS_JPEGProcess14SV1), UID_JPEGProcess14SV1TransferSyntax, "SECRET.1"));
  EXPECT_EQ(syntax.failed, "unsupported_transfer_syntax");
  EXPECT_THAT(syntax.detail, testing::Not(HasSubstr("SECRET")));
}

TEST_F(DicomCodecs, EncapsulatedFullChromaIsFoundByItsFragments) {
  DicomBuilder image{1, 3};
  image.text(DCM_NumberOfFrames, "1").bits(8, 8, false).word(DCM_SamplesPerPixel, 3);
  image.text(DCM_PhotometricInterpretation, "YBR_FULL_422");
  std::vector<std::vector<Uint8>> fragments;
  for (const Uint8 grey : {10, 20, 30}) fragments.push_back({grey, 128, 128, 1, 128, 128, 2, 128, 128, 0});
  encapsulate(image, fragments, EXS_JPEGProcess14SV1);
  const auto frames = as_stored(with_syntax(image.bytes(EXS_JPEGProcess14SV1),
                                            UID_JPEGProcess14SV1TransferSyntax, "1.2.840.10008.1.2.1.98"));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.size(), 3);
  for (int i = 0; i < 3; ++i) {
    const cv::Mat& pixels = frames.frame(static_cast<std::size_t>(i)).pixels;
    EXPECT_EQ(pixels.at<cv::Vec3b>(0, 0), cv::Vec3b::all(static_cast<std::uint8_t>(10 * (i + 1))));
    EXPECT_EQ(pixels.at<cv::Vec3b>(0, 2), cv::Vec3b::all(2));
  }
}

TEST_F(DicomCodecs, ACodestreamWhoseValuesDoNotFitIsAnError) {
  DicomBuilder image = ramp(16, false);
  ASSERT_TRUE(image.dataset().chooseRepresentation(EXS_JPEGProcess14SV1, nullptr).good());
  image.bits(16, 12, false);
  const auto frames = as_stored(image.bytes(EXS_JPEGProcess14SV1));
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(frames.pieces[0].value.error().reason, "malformed");
}

TEST_F(DicomCodecs, ACodestreamOfAnotherSizeIsAnError) {
  DicomBuilder image = ramp(8, false);
  ASSERT_TRUE(image.dataset().chooseRepresentation(EXS_JPEGProcess14SV1, nullptr).good());
  image.word(DCM_Rows, 15);
  const auto frames = as_stored(image.bytes(EXS_JPEGProcess14SV1));
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(frames.pieces[1].value.error().reason, "malformed");
  EXPECT_THAT(frames.pieces[1].value.error().detail, HasSubstr("32 x 16"));
}

}  // namespace
}  // namespace radflow
