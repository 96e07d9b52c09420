// The mask that a record brings beside its image.
#include <opencv2/imgcodecs.hpp>

#include "graph/text.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using Rows = std::vector<std::vector<int>>;

std::string png(const cv::Mat& pixels) {
  std::vector<unsigned char> bytes;
  cv::imencode(".png", pixels, bytes);
  return {bytes.begin(), bytes.end()};
}

Outcome decoded(const std::string& mask, const cv::Mat& image = cv::Mat(2, 3, CV_8U, cv::Scalar{9})) {
  Record record;
  record.value = Bytes::of(png(image));
  record.headers = {{"radflow-mask", mask}};
  return call_with("decode", {Payload::of(std::move(record))});
}
Outcome decoded(const cv::Mat& mask) { return decoded(base64(png(mask))); }

std::string refused(const Outcome& outcome) {
  return outcome.error ? outcome.error->reason + ": " + outcome.error->detail : "";
}

TEST(DecodeMask, LeavesBesideTheFrameItBelongsTo) {
  const Outcome outcome = decoded((cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 1, 2, 0, 0));
  ASSERT_EQ(outcome.pieces.size(), 1U) << refused(outcome);
  EXPECT_EQ(outcome.pieces[0].value->as<Frame>().pixels.size(), cv::Size(3, 2));
  EXPECT_EQ(rows_of(outcome.pieces[0].others.at(0).as<Mask>()), (Rows{{0, 255, 1}, {2, 0, 0}}));
  const Outcome wide = decoded((cv::Mat_<std::uint16_t>(2, 3) << 0, 65535, 1, 2, 0, 0));
  EXPECT_EQ(rows_of(wide.pieces.at(0).others.at(0).as<Mask>())[0][1], 65535);
}

TEST(DecodeMask, IsNotThereWhereTheRecordBringsNone) {
  Record record;
  record.value = Bytes::of(png(cv::Mat(2, 3, CV_8U, cv::Scalar{9})));
  const Outcome outcome = call_with("decode", {Payload::of(std::move(record))});
  EXPECT_FALSE(outcome.pieces.at(0).others.at(0));
}

TEST(DecodeMask, ThatWasNotFetchedIsAnError) {
  Record record;
  record.value = Bytes::of(png(cv::Mat(2, 3, CV_8U, cv::Scalar{9})));
  record.headers = {{"radflow-mask-dataref", "file:///masks/1.png"}};
  EXPECT_THAT(
      refused(call_with("decode", {Payload::of(std::move(record))})),
      testing::HasSubstr("bad_mask: the mask of the record lies elsewhere, as radflow-mask-dataref says"));
}

TEST(DecodeMask, ThatDoesNotFitIsAnError) {
  using testing::HasSubstr;
  EXPECT_THAT(refused(decoded("no base64!")), HasSubstr("bad_mask: the mask of the record is not base64"));
  EXPECT_THAT(refused(decoded(base64("text"))), HasSubstr("bad_mask: the mask of the record cannot be read"));
  EXPECT_THAT(refused(decoded(cv::Mat::zeros(2, 2, CV_8U))), HasSubstr("has 2x2 pixels, its image 3x2"));
  EXPECT_THAT(refused(decoded(cv::Mat::zeros(2, 3, CV_8UC3))), HasSubstr("has colour"));
}

TEST(Base64, IsReadAsItIsWritten) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd"}) EXPECT_EQ(from_base64(base64(text)), text);
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(from_base64(base64(all)), all);
  for (const char* wrong : {"a", "ab=c", "====", "ab c", "ab\n=", "YQ=", "YQ==YQ=="})
    EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace radflow
