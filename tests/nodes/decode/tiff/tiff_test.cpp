// TIFF: the values come as they are stored.
#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/nodes/decode/tiff/fixture.hpp"

namespace radflow {
namespace {

const DecodeNode decode;

void expect_read(const TiffPage& page, const cv::Mat& pixels,
                 Photometric photometric = Photometric::Monochrome2) {
  for (const char* mode : {"w", "wb", "w8"}) {
    SCOPED_TRACE(mode);
    const auto frames = decode(TiffBuilder{mode}.page(page).bytes());
    ASSERT_EQ(frames.failed, "") << frames.detail;
    ASSERT_EQ(frames.size(), 1);
    expect_frame(frames.frame(), pixels, photometric);
  }
}

TEST(Tiff, EveryTypeKeepsItsValues) {
  for (const int type : {CV_8U, CV_16U}) expect_read({.samples = noise(type)}, noise(type));
  for (const int type : {CV_8S, CV_16S, CV_32S})
    expect_read({.samples = noise(type), .sample_format = SAMPLEFORMAT_INT}, noise(type));
  for (const int type : {CV_32F, CV_64F})
    expect_read({.samples = noise(type), .sample_format = SAMPLEFORMAT_IEEEFP}, noise(type));
}

TEST(Tiff, Unsigned32AndFloat16ComeInTheNextDepthThatHoldsThem) {
  cv::Mat wide(21, 37, CV_64F), halves, singles;
  for (int i = 0; i < 21 * 37; ++i) wide.at<double>(i) = i == 5 ? 4294967295.0 : 5'000'000.0 * i;
  cv::Mat stored(21, 37, CV_32S);
  for (int i = 0; i < 21 * 37; ++i)
    stored.at<int>(i) = static_cast<int>(static_cast<std::uint32_t>(wide.at<double>(i)));
  expect_read({.samples = stored}, wide);

  cv::Mat fractions(21, 37, CV_32F);
  cv::randu(fractions, -2, 2);
  fractions.convertTo(halves, CV_16F);
  halves.convertTo(singles, CV_32F);
  expect_read({.samples = halves, .sample_format = SAMPLEFORMAT_IEEEFP}, singles);
}

TEST(Tiff, ColourInOnePlaneOrInThree) {
  for (const int type : {CV_8UC3, CV_16UC3})
    for (const bool separate : {false, true})
      for (const int tile : {0, 16}) {
        SCOPED_TRACE(testing::Message() << type << " separate " << separate << " tile " << tile);
        expect_read(
            {.samples = noise(type), .photometric = PHOTOMETRIC_RGB, .separate = separate, .tile = tile},
            noise(type), Photometric::Rgb);
      }
  for (const bool separate : {false, true})
    expect_read({.samples = noise(CV_32FC3),
                 .photometric = PHOTOMETRIC_RGB,
                 .sample_format = SAMPLEFORMAT_IEEEFP,
                 .separate = separate},
                noise(CV_32FC3), Photometric::Rgb);
}

TEST(Tiff, EveryUsualCompression) {
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE,
                                COMPRESSION_PACKBITS, COMPRESSION_ZSTD, COMPRESSION_LERC}) {
    SCOPED_TRACE(compression);
    expect_read({.samples = noise(CV_16U), .compression = compression}, noise(CV_16U));
    expect_read(
        {.samples = noise(CV_8UC3), .photometric = PHOTOMETRIC_RGB, .compression = compression, .tile = 16},
        noise(CV_8UC3), Photometric::Rgb);
  }
  const auto horizontal = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL); };
  expect_read({.samples = noise(CV_16U), .compression = COMPRESSION_LZW, .more_tags = horizontal},
              noise(CV_16U));
  // Only as this machine stores numbers: libtiff itself writes others' wrongly with this predictor.
  const auto floating = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_FLOATINGPOINT); };
  const TiffPage predicted{.samples = noise(CV_32F),
                           .sample_format = SAMPLEFORMAT_IEEEFP,
                           .compression = COMPRESSION_ADOBE_DEFLATE,
                           .more_tags = floating};
  expect_frame(decode(TiffBuilder{}.page(predicted).bytes()).frame(), noise(CV_32F),
               Photometric::Monochrome2);
  const auto lossless = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_WEBP_LOSSLESS, 1); };
  expect_read({.samples = noise(CV_8UC3),
               .photometric = PHOTOMETRIC_RGB,
               .compression = COMPRESSION_WEBP,
               .more_tags = lossless},
              noise(CV_8UC3), Photometric::Rgb);
}

TEST(Tiff, JpegInTiffIsRgbThoughItIsStoredAsYCbCr) {
  const cv::Mat orange(32, 48, CV_8UC3, cv::Scalar{250, 120, 10});
  const auto as_rgb = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB); };
  const auto frames = decode(TiffBuilder{}
                                 .page({.samples = orange,
                                        .photometric = PHOTOMETRIC_YCBCR,
                                        .compression = COMPRESSION_JPEG,
                                        .rows_per_strip = 16,
                                        .more_tags = as_rgb})
                                 .bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_EQ(frames.frame().photometric, Photometric::Rgb);
  EXPECT_LE(cv::norm(frames.frame().pixels, orange, cv::NORM_INF), 3);
  const cv::Mat flat(32, 48, CV_8U, cv::Scalar{77});
  expect_read({.samples = flat, .compression = COMPRESSION_JPEG, .rows_per_strip = 16}, flat);
}

TEST(Tiff, PackedBitsAreUnpackedAndWhiteIsZeroIsSaid) {
  // Rows of 1010 1100 1, of 12 bit 0xABC 0x123 0xFFF, of 4 bit.
  const cv::Mat one = (cv::Mat_<std::uint8_t>(1, 2) << 0xAC, 0x80);
  expect_read({.samples = one, .photometric = PHOTOMETRIC_MINISWHITE, .bits = 1, .columns = 9},
              (cv::Mat_<std::uint8_t>(1, 9) << 1, 0, 1, 0, 1, 1, 0, 0, 1), Photometric::Monochrome1);
  const cv::Mat twelve = (cv::Mat_<std::uint8_t>(1, 5) << 0xAB, 0xC1, 0x23, 0xFF, 0xF0);
  expect_read({.samples = twelve, .bits = 12, .columns = 3},
              (cv::Mat_<std::uint16_t>(1, 3) << 0xABC, 0x123, 0xFFF));
  const cv::Mat four = (cv::Mat_<std::uint8_t>(1, 2) << 0x1F, 0x80);
  expect_read({.samples = four, .bits = 4, .columns = 3}, (cv::Mat_<std::uint8_t>(1, 3) << 1, 15, 8));
  for (const int fax : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4})
    expect_read(
        {.samples = one, .photometric = PHOTOMETRIC_MINISWHITE, .compression = fax, .bits = 1, .columns = 9},
        (cv::Mat_<std::uint8_t>(1, 9) << 1, 0, 1, 0, 1, 1, 0, 0, 1), Photometric::Monochrome1);
  EXPECT_EQ(
      decode(TiffBuilder{}.page({.samples = twelve, .bits = 12, .columns = 3}).bytes()).frame().bits_stored,
      12);
}

TEST(Tiff, APaletteGivesItsColours) {
  const cv::Mat indices = (cv::Mat_<std::uint8_t>(1, 3) << 0, 7, 255);
  std::vector<std::uint16_t> red(256), green(256), blue(256);
  const auto page = [&](int at_seven) {
    red[7] = static_cast<std::uint16_t>(at_seven), green[7] = 257 * 20, blue[255] = 65535;
    return TiffPage{.samples = indices, .photometric = PHOTOMETRIC_PALETTE, .more_tags = [&](TIFF* tiff) {
                      TIFFSetField(tiff, TIFFTAG_COLORMAP, red.data(), green.data(), blue.data());
                    }};
  };
  using Small = cv::Vec3b;
  using Large = cv::Vec<std::uint16_t, 3>;
  expect_read(page(257 * 200), (cv::Mat_<Small>(1, 3) << Small{0, 0, 0}, Small{200, 20, 0}, Small{0, 0, 255}),
              Photometric::Rgb);
  expect_read(page(1000), (cv::Mat_<Large>(1, 3) << Large{0, 0, 0}, Large{1000, 5140, 0}, Large{0, 0, 65535}),
              Photometric::Rgb);
}

TEST(Tiff, SubsampledYCbCrWithoutJpeg) {
  // 2 x 4 pixels: two units of four Y, one Cb, one Cr. The first is grey, the second pure red by BT.601.
  const std::string units{"\x0a\x14\x1e\x28\x80\x80\x4c\x4c\x4c\x4c\x55\xff", 12};
  const auto tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 2, 2); };
  const TiffPage page{.samples = cv::Mat(2, 4, CV_8UC3), .photometric = PHOTOMETRIC_YCBCR, .more_tags = tags};
  const auto frames = decode(TiffBuilder{}.page(page, units).bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  const cv::Mat& rgb = frames.frame().pixels;
  EXPECT_EQ(rgb.at<cv::Vec3b>(0, 0), cv::Vec3b(10, 10, 10));
  EXPECT_EQ(rgb.at<cv::Vec3b>(1, 1), cv::Vec3b(40, 40, 40));
  EXPECT_LE(cv::norm(rgb.at<cv::Vec3b>(1, 3), cv::Vec3b(255, 0, 0), cv::NORM_INF), 1);
}

TEST(Tiff, OrientationIsNotApplied) {
  for (const int orientation : {ORIENTATION_BOTRIGHT, ORIENTATION_RIGHTTOP, ORIENTATION_LEFTBOT})
    expect_read({.samples = noise(CV_16U),
                 .more_tags = [&](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_ORIENTATION, orientation); }},
                noise(CV_16U));
}

TEST(Tiff, AlphaIsLeftOutAndColoursStayAsStored) {
  cv::Mat rgb;
  cv::cvtColor(noise(CV_16UC4), rgb, cv::COLOR_BGRA2BGR);
  for (const bool separate : {false, true})
    for (const std::uint16_t alpha : {EXTRASAMPLE_ASSOCALPHA, EXTRASAMPLE_UNASSALPHA})
      expect_read({.samples = noise(CV_16UC4),
                   .photometric = PHOTOMETRIC_RGB,
                   .separate = separate,
                   .extra = {alpha}},
                  rgb, Photometric::Rgb);
  cv::Mat grey;
  cv::extractChannel(noise(CV_8UC2), grey, 0);
  expect_read({.samples = noise(CV_8UC2), .extra = {EXTRASAMPLE_UNASSALPHA}}, grey);
}

// The values of NumPy's format, version 1, as bytes in C order.
std::string npy_values(const std::string& file) {
  const std::size_t header =
      static_cast<std::uint8_t>(file.at(8)) + 256u * static_cast<std::uint8_t>(file.at(9));
  return file.substr(10 + header);
}

TEST(Tiff, FilesThatWereReadWronglyAreAsTifffileReadsThem) {
  const auto folder = std::filesystem::path{source_folder} / "../shared/data/faults/13-tiff";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs the files at ../shared/data/faults/13-tiff";
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() != ".tif") continue;
    SCOPED_TRACE(entry.path().filename());
    const auto frames = decode(file_bytes(entry.path()));
    ASSERT_EQ(frames.failed, "") << frames.detail;
    ASSERT_EQ(frames.size(), 1);
    const cv::Mat& pixels = frames.frame().pixels;
    ASSERT_TRUE(pixels.isContinuous());
    auto expected = entry.path();
    EXPECT_EQ((std::string{reinterpret_cast<const char*>(pixels.data), pixels.total() * pixels.elemSize()}),
              npy_values(file_bytes(expected.replace_extension(".expected.npy"))));
    ++compared;
  }
  EXPECT_EQ(compared, 4);
}

}  // namespace
}  // namespace radflow
