// RLE segments of runs of every length and kind, in an order without a pattern; and what a frame holds once its file is gone.
#include <random>

#include "nodes/decode/dicom/image.hpp"
#include "tests/nodes/decode/dicom/encapsulated.hpp"
#include "tests/nodes/decode/dicom/values.hpp"

namespace radflow {
namespace {

// Packs `plane` in runs of random kind and length. A repeated run takes its value from `plane`, which it changes.
std::vector<Uint8> packed_at_random(std::vector<Uint8>& plane, std::mt19937& random, bool long_runs) {
  std::vector<Uint8> packed;
  for (std::size_t at = 0; at < plane.size();) {
    const std::size_t left = plane.size() - at;
    const std::size_t length = std::min<std::size_t>(left, 1 + random() % (long_runs ? 128 : 18));
    if (random() % 9 == 0) packed.push_back(128);  // no run
    if (length >= 2 && random() % 2 == 0) {
      packed.push_back(static_cast<Uint8>(257 - length));
      packed.push_back(plane[at]);
      std::fill_n(plane.begin() + static_cast<std::ptrdiff_t>(at), length, plane[at]);
    } else {
      packed.push_back(static_cast<Uint8>(length - 1));
      packed.insert(packed.end(), plane.begin() + static_cast<std::ptrdiff_t>(at),
                    plane.begin() + static_cast<std::ptrdiff_t>(at + length));
    }
    at += length;
  }
  return packed;
}

void put_word(std::vector<Uint8>& bytes, std::size_t at, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<Uint8>(value >> (8 * i));
}

TEST(Rle, GivesRunsOfEveryLength) {
  std::mt19937 random{1};
  for (int picture = 0; picture < 200; ++picture) {
    SCOPED_TRACE(picture);
    const int rows = 1 + static_cast<int>(random() % 40), columns = 1 + static_cast<int>(random() % 40);
    const auto pixels = static_cast<std::size_t>(rows * columns);
    const std::size_t width = picture % 2 == 0 ? 2 : 1;
    std::vector<std::vector<Uint8>> planes(width, std::vector<Uint8>(pixels));
    std::vector<Uint8> frame(64);
    put_word(frame, 0, width);
    for (std::size_t i = 0; i < width; ++i) {
      for (Uint8& value : planes[i]) value = static_cast<Uint8>(random());
      put_word(frame, 4 + 4 * i, frame.size());
      const auto packed = packed_at_random(planes[i], random, picture % 3 == 0);
      frame.insert(frame.end(), packed.begin(), packed.end());
    }
    DicomBuilder image{rows, columns};
    image.bits(static_cast<int>(width) * 8, static_cast<int>(width) * 8, false);
    const auto frames = as_stored(encapsulated(image, {frame}, UID_RLELosslessTransferSyntax));
    ASSERT_EQ(frames.failed, "") << frames.detail;
    for (std::size_t i = 0; i < pixels; ++i) {
      const int expected = width == 2 ? planes[0][i] << 8 | planes[1][i] : planes[0][i];
      const cv::Mat& read = frames.frame().pixels;
      ASSERT_EQ(width == 2 ? read.ptr<std::uint16_t>()[i] : read.data[i], expected) << i;
    }
  }
}

// Nothing of a frame lies in the bytes of its record, which is given back before the frame is.
TEST(DicomFrame, OutliveTheirFile) {
  DicomBuilder image{2, 3};
  image.bits(16, 12, true).pixels({1, 2, 0x7ff, 0xffff, 0xf800, 0});
  for (const bool rescale : {false, true}) {
    std::string bytes = image.bytes();
    const auto opened = DicomImage::open(as_span(bytes), {.rescale = rescale}, {});
    ASSERT_TRUE(opened) << opened.error().detail;
    const auto frame = opened->frame(0);
    ASSERT_TRUE(frame) << frame.error().detail;
    std::ranges::fill(bytes, '\x55');
    cv::Mat pixels;
    frame->pixels.convertTo(pixels, CV_64F);
    EXPECT_EQ(values<double>(pixels), (std::vector<double>{1, 2, 2047, -1, -2048, 0}));
  }
}

}  // namespace
}  // namespace radflow
