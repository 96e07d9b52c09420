#include "nodes/encode/image_bytes.hpp"

#include <cstring>
#include <opencv2/imgcodecs.hpp>

namespace radflow {
namespace {

// Checked by hand against numpy.lib.format, version 1.0.
TEST(ToNpy, BytesByHand) {
  const cv::Mat pixels = (cv::Mat_<std::uint16_t>(1, 2) << 1, 0x0203);
  const std::string bytes = to_npy(pixels);
  const std::string header = "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2), }";
  ASSERT_EQ(bytes.size(), 128 + 4U);
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(bytes.substr(10, header.size()), header);
  EXPECT_EQ(bytes[127], '\n');
  EXPECT_EQ(bytes.substr(128), std::string("\x01\x00\x03\x02", 4));
}

TEST(ToNpy, DataBeginsAtAMultipleOf64AndRowsOfAViewFollowEachOther) {
  for (const int columns : {1, 9, 10, 99, 100, 1000, 10000}) {
    const cv::Mat pixels = cv::Mat::ones(2, columns, CV_8UC3);
    EXPECT_EQ((to_npy(pixels).size() - pixels.total() * 3) % 64, 0U) << columns;
  }
  cv::Mat wide = cv::Mat::zeros(2, 4, CV_8U);
  wide.col(1) = 7;
  EXPECT_TRUE(to_npy(wide.colRange(1, 2)).ends_with("\x07\x07"));
}

Volume small_volume(int depth) {
  Volume volume;
  const int size[] = {2, 1, 3};
  volume.voxels = cv::Mat(3, size, depth, cv::Scalar{7});
  volume.geometry = {{3, 0.5, 0.25}, {-1, 2.5, 10}, {0, 1, 0, 1, 0, 0}};
  return volume;
}

TEST(ToNpy, VoxelsAreBySliceRowAndColumn) {
  EXPECT_NE(to_npy(small_volume(CV_16S).voxels).find("'<i2', 'fortran_order': False, 'shape': (2, 1, 3), }"),
            std::string::npos);
}

// By the definition of the format, teem.sourceforge.net/nrrd/format.html: the fastest axis first, and a blank line before the
// data. Rows go to the back and columns to the left, so slices go to the feet.
TEST(ToNrrd, BytesByHand) {
  const std::string bytes = *to_nrrd(small_volume(CV_16S));
  EXPECT_EQ(bytes.substr(0, bytes.size() - 12),
            "NRRD0004\n"
            "type: int16\n"
            "dimension: 3\n"
            "space: left-posterior-superior\n"
            "sizes: 3 1 2\n"
            "space directions: (0,0.25,0) (0.5,0,0) (0,0,-3)\n"
            "kinds: domain domain domain\n"
            "endian: little\n"
            "encoding: raw\n"
            "space units: \"mm\" \"mm\" \"mm\"\n"
            "space origin: (-1,2.5,10)\n\n");
  EXPECT_EQ(bytes.substr(bytes.size() - 12), std::string("\7\0\7\0\7\0\7\0\7\0\7\0", 12));
  EXPECT_EQ(to_nrrd(small_volume(CV_16F)).error().reason, "unsupported_depth");
}

TEST(ToPng, KeepsValuesAndOrderOfColours) {
  const auto reread = [](const std::string& png) {
    return cv::imdecode(std::vector<char>(png.begin(), png.end()), cv::IMREAD_UNCHANGED);
  };
  Frame frame;
  frame.pixels = (cv::Mat_<std::uint16_t>(1, 2) << 1, 65535);
  const cv::Mat grey = reread(*to_png(frame));
  EXPECT_EQ(grey.at<std::uint16_t>(0, 1), 65535);
  frame.pixels = cv::Mat(1, 1, CV_8UC3, cv::Scalar{1, 2, 3});                 // R, G, B
  EXPECT_EQ(reread(*to_png(frame)).at<cv::Vec3b>(0, 0), cv::Vec3b(3, 2, 1));  // OpenCV reads B, G, R
  frame.pixels = cv::Mat::zeros(1, 1, CV_32F);
  EXPECT_EQ(to_png(frame).error().reason, "unsupported_depth");
}

}  // namespace
}  // namespace radflow
