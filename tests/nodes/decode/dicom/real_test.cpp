// Real files against values read from them with pydicom 3.0.2 (tags and native pixels).
#include <gmock/gmock.h>

#include <atomic>
#include <opencv2/core.hpp>
#include <thread>

#include "nodes/decode/dicom/image.hpp"
#include "tests/nodes/decode/decode_fixture.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const DecodeNode decode;

TEST(DicomReal, CtIsInHu) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto frames = decode(dicom_file("CT_small.dcm"));
  const Frame& frame = frames.frame();
  EXPECT_EQ(frame.pixels.type(), CV_32FC1);
  EXPECT_EQ(frame.units, "HU");
  EXPECT_EQ(frame.pixels.at<float>(0, 0), 175 - 1024);
  EXPECT_EQ(frame.pixels.at<float>(64, 0), 956 - 1024);
  EXPECT_EQ(cv::sum(frame.pixels)[0], 14826310.0 - 1024.0 * 128 * 128);
  EXPECT_TRUE(frame.valid.empty()) << "it names a padding value, and no pixel has it";
  EXPECT_EQ(frame.modality, "CT");
  EXPECT_EQ(frame.bits_stored, 16);
  EXPECT_EQ(frame.geometry.spacing->row, 0.661468);
  EXPECT_EQ(frame.geometry.spacing_source, SpacingSource::Patient);
  EXPECT_THAT(*frame.geometry.position, ElementsAre(-158.135803, -179.035797, -75.699997));
  EXPECT_THAT(frame.windows, testing::IsEmpty());
}

TEST(DicomReal, TheSignOfTheFileWinsOverTheCodestreams) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto frames = decode(dicom_file("J2K_pixelrep_mismatch.dcm"));
  double low = 0, high = 0;
  cv::minMaxLoc(frames.frame().pixels, &low, &high);
  EXPECT_EQ(low, -2000);
  EXPECT_EQ(high, 1896);
  EXPECT_EQ(frames.frame().windows.size(), 3);
  EXPECT_EQ(frames.frame().windows[2].width, 200);
}

TEST(DicomReal, EveryEncodingOfADoseGridGivesTheSameDoses) {
  RADFLOW_NEEDS_DICOM_DATA();
  for (const char* name : {"rtdose.dcm", "rtdose_expb.dcm", "rtdose_rle.dcm"}) {
    SCOPED_TRACE(name);
    const auto frames = decode(dicom_file(name));
    ASSERT_EQ(frames.size(), 15);
    EXPECT_EQ(frames.frame().pixels.type(), CV_64FC1);
    EXPECT_EQ(frames.frame().units, "RELATIVE");
    EXPECT_DOUBLE_EQ(frames.frame().pixels.at<double>(0, 0), 1249000 * 1e-6);
    double sum = 0;
    for (std::size_t i = 0; i < 15; ++i) sum += cv::sum(frames.frame(i).pixels)[0];
    EXPECT_NEAR(sum, 1519.91, 1e-9);
    EXPECT_EQ(frames.frame().geometry.spacing->row, 10);
    ASSERT_TRUE(frames.frame(14).geometry.position);
    EXPECT_EQ((*frames.frame(14).geometry.position)[0], 189.43125);
    EXPECT_NE((*frames.frame(14).geometry.position)[2], (*frames.frame(0).geometry.position)[2]);
    EXPECT_EQ(frames.pieces[14].identity.index, 14);
    EXPECT_EQ(frames.pieces[14].identity.count, 15);
  }
}

TEST(DicomReal, UltrasoundSpacingIsInMillimetres) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto video = decode(dicom_file("examples_ybr_color.dcm"));
  ASSERT_EQ(video.size(), 30);
  EXPECT_DOUBLE_EQ(video.frame(29).geometry.spacing->row, 0.5104970559477806);
  EXPECT_EQ(video.frame(29).geometry.spacing_source, SpacingSource::UltrasoundRegion);
  EXPECT_EQ(video.frame(29).pixels.type(), CV_8UC3);
  const auto palette = decode(dicom_file("examples_palette.dcm"));
  EXPECT_DOUBLE_EQ(palette.frame().geometry.spacing->column, 0.2622878766196998);
  EXPECT_EQ(palette.frame().photometric, Photometric::Rgb);
}

TEST(DicomReal, RadiographKeepsMonochrome1AndItsDetectorSpacing) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto frames = decode(dicom_file("dicomdirtests/77654033/CR1/6154"));
  EXPECT_EQ(frames.frame().photometric, Photometric::Monochrome1);
  EXPECT_EQ(frames.frame().units, "OD");
  EXPECT_EQ(frames.frame().pixels.at<float>(0, 0), static_cast<float>(1994 * 0.684 + 200));
  EXPECT_EQ(frames.frame().geometry.spacing_source, SpacingSource::Detector);
  EXPECT_EQ(frames.frame().windows.at(0).center, 1600);
}

TEST(DicomReal, SegmentationTakesItsSpacingFromTheSharedGroups) {
  RADFLOW_NEEDS_DICOM_DATA();
  for (const char* name : {"liver_1frame.dcm", "liver_expb_1frame.dcm"}) {
    const auto frames = decode(dicom_file(name));
    EXPECT_EQ(cv::sum(frames.frame().pixels)[0], 36233) << name;
    EXPECT_EQ(frames.frame().geometry.spacing->row, 0.810547);
    EXPECT_THAT(*frames.frame().geometry.orientation, ElementsAre(1, 0, 0, 0, 1, 0));
    EXPECT_TRUE(frames.frame().geometry.position) << "per frame";
  }
}

TEST(DicomReal, PetSlicesEachHaveTheirOwnSlope) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto frames = decode(file_bytes(dicom_data() / "series/STS_003/PET/dicom/image/000000.dcm"));
  EXPECT_EQ(frames.frame().units, "GML");
  EXPECT_EQ(frames.frame().pixels.at<float>(0, 0), static_cast<float>(7628 * 0.00006612372339));
  EXPECT_NEAR(cv::sum(frames.frame().pixels)[0], 2441751.0 * 0.00006612372339, 1e-4);
}

TEST(DicomReal, AFileThatNamesTheWrongEncodingIsReadAsItIs) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto compressed = decode(dicom_file("SC_rgb_jpeg.dcm")),
             native = decode(dicom_file("SC_rgb_jpeg_dcmd.dcm"));
  ASSERT_EQ(compressed.failed, "") << compressed.detail;
  EXPECT_EQ(cv::norm(compressed.frame().pixels, native.frame().pixels, cv::NORM_INF), 0);
}

TEST(DicomReal, AScanWithOddParametersIsReadAsTheCorrectedFile) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto odd = decode(dicom_file("JPEG-lossy.dcm")), corrected = decode(dicom_file("JPGExtended.dcm"));
  ASSERT_EQ(odd.failed, "") << odd.detail;
  EXPECT_EQ(cv::norm(odd.frame().pixels, corrected.frame().pixels, cv::NORM_INF), 0);
}

TEST(DicomReal, ColourIsTheSameHoweverItIsStored) {
  RADFLOW_NEEDS_DICOM_DATA();
  const auto lossless = decode(dicom_file("SC_rgb_rle.dcm"));
  ASSERT_EQ(lossless.frame().pixels.type(), CV_8UC3);
  const auto difference = [&](const char* name) {
    const auto frames = decode(dicom_file(name));
    EXPECT_EQ(frames.failed, "") << name << ": " << frames.detail;
    return frames.failed.empty()
               ? cv::norm(frames.frame().pixels, lossless.frame().pixels, cv::NORM_L1) / 30'000
               : 1e9;
  };
  EXPECT_EQ(difference("SC_rgb_jpeg_gdcm.dcm"), 0);
  EXPECT_EQ(difference("SC_rgb_gdcm_KY.dcm"), 0);
  // Lossy ones are close: within a few shades on average, the chroma of hard edges being halved.
  for (const char* name :
       {"SC_rgb_dcmtk_+eb+cr.dcm", "SC_rgb_dcmtk_+eb+cy+np.dcm", "SC_rgb_dcmtk_+eb+cy+s4.dcm",
        "SC_ybr_full_422_uncompressed.dcm", "SC_rgb_jpeg_lossy_gdcm.dcm"})
    EXPECT_LT(difference(name), 4) << name;
}

TEST(DicomReal, WhatIsNoImageSaysSo) {
  RADFLOW_NEEDS_DICOM_DATA();
  for (const char* name :
       {"rtplan.dcm", "rtstruct.dcm", "test-SR.dcm", "waveform_ecg.dcm", "dicomdirtests/DICOMDIR"})
    EXPECT_EQ(decode(dicom_file(name)).failed, "no_pixel_data") << name;
  for (const char* name : {"README.txt", "urls.json", "crayons.icc", "zipMR.gz"})
    EXPECT_EQ(decode(dicom_file(name)).failed, "unknown_format") << name;
  EXPECT_EQ(decode(dicom_file("MR_truncated.dcm")).failed, "truncated");
  EXPECT_EQ(decode(dicom_file("rtplan_truncated.dcm")).failed, "truncated");
}

// Every frame of every file is a result or an error, never neither.
TEST(DicomReal, EveryFileIsAnsweredFrameByFrame) {
  RADFLOW_NEEDS_DICOM_DATA();
  int images = 0, frames = 0;
  for (const auto& path : all_dicom_files()) {
    SCOPED_TRACE(path.filename().string());
    const auto answer = decode(file_bytes(path));
    if (!answer.failed.empty()) continue;
    ++images;
    ASSERT_GT(answer.size(), 0);
    for (std::size_t i = 0; i < answer.size(); ++i) {
      ASSERT_TRUE(answer.pieces[i].value) << answer.pieces[i].value.error().detail;
      EXPECT_EQ(answer.pieces[i].identity.index, i);
      EXPECT_EQ(answer.pieces[i].identity.count, answer.size());
      ++frames;
    }
  }
  EXPECT_EQ(images, 102) << "96 with a published hash and 6 without";
  EXPECT_EQ(frames, 176);
}

// decode is called concurrently: four threads, each with every file, see what one sees.
TEST(DicomReal, ThreadsShareNothing) {
  RADFLOW_NEEDS_DICOM_DATA();
  std::vector<std::string> files;
  for (const auto& path : all_dicom_files())
    if (std::filesystem::file_size(path) < 60'000) files.push_back(file_bytes(path));
  const auto digest = [&files](std::size_t i) {
    const auto answer = decode(files[i]);
    std::string text = answer.failed;
    for (const auto& piece : answer.pieces)
      text += piece.value ? std::to_string(cv::norm(piece.value->as<Frame>().pixels))
                          : piece.value.error().reason;
    return text;
  };
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < files.size(); ++i) expected.push_back(digest(i));
  std::atomic<int> different = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = 0; i < files.size(); ++i) {
          const std::size_t file = (i + t * files.size() / 4) % files.size();
          if (digest(file) != expected[file]) ++different;
        }
      });
  }
  EXPECT_GT(files.size(), 100);
  EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace radflow
