// Palettes, YBR and MONOCHROME1, on images small enough to compute by hand.
#include <gmock/gmock.h>

#include "tests/nodes/decode/dicom/values.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

TEST(DicomMeaning, PaletteGivesRgbAndIsClampedAtItsEnds) {
  DicomBuilder image{1, 4};
  image.bits(8, 8, false).text(DCM_PhotometricInterpretation, "PALETTE COLOR").pixels8({9, 10, 11, 200});
  for (const auto& [descriptor, data, entry] :
       {std::tuple{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
                   Uint16{0x0201}},
        std::tuple{DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
                   Uint16{0x0403}},
        std::tuple{DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
                   Uint16{0x0605}}})
    image.words(descriptor, {2, 10, 8}).words(data, {entry});
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.frame().pixels.type(), CV_8UC3);
  EXPECT_EQ(frames.frame().photometric, Photometric::Rgb);
  EXPECT_THAT(values<std::uint8_t>(frames.frame().pixels), ElementsAre(1, 3, 5, 1, 3, 5, 2, 4, 6, 2, 4, 6));
}

// A palette image whose three colours have the same segmented table.
DicomBuilder segmented(const std::vector<Uint8>& indices, Uint16 entries, Uint16 bits,
                       const std::vector<Uint16>& segments) {
  DicomBuilder image{1, static_cast<int>(indices.size())};
  image.bits(8, 8, false).text(DCM_PhotometricInterpretation, "PALETTE COLOR").pixels8(indices);
  for (const auto& [descriptor, data] :
       {std::pair{DCM_RedPaletteColorLookupTableDescriptor, DCM_SegmentedRedPaletteColorLookupTableData},
        std::pair{DCM_GreenPaletteColorLookupTableDescriptor, DCM_SegmentedGreenPaletteColorLookupTableData},
        std::pair{DCM_BluePaletteColorLookupTableDescriptor, DCM_SegmentedBluePaletteColorLookupTableData}})
    image.words(descriptor, {entries, 0, bits}).words(data, segments);
  return image;
}

TEST(DicomMeaning, SegmentedPaletteIsExpanded) {
  // Discrete 100; linear in 2 steps to 300; discrete 5, 7.
  const auto frames =
      rescaled(segmented({0, 1, 2, 3, 4, 4}, 5, 16, {0, 1, 100, 1, 2, 300, 0, 2, 5, 7}).bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.frame().pixels.type(), CV_16UC3);
  cv::Mat red;
  cv::extractChannel(frames.frame().pixels, red, 0);
  EXPECT_THAT(values<std::uint16_t>(red), ElementsAre(100, 200, 300, 5, 7, 7));
}

TEST(DicomMeaning, SegmentedPaletteOfEightBitsIsReadByBytes) {
  // The green of the standard's palette SPRING: discrete 0, linear in 255 steps to 255.
  const auto frames = rescaled(segmented({0, 77, 255, 1}, 256, 8, {0x0100, 0x0100, 0xffff}).bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.frame().pixels.type(), CV_8UC3);
  cv::Mat red;
  cv::extractChannel(frames.frame().pixels, red, 0);
  EXPECT_THAT(values<std::uint8_t>(red), ElementsAre(0, 77, 255, 1));
}

TEST(DicomMeaning, PalettesThatCannotBeReadAreErrors) {
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {0, 1, 100, 2, 1, 0, 0}).bytes()).failed, "unsupported_pixels");
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {0, 1, 100}).bytes()).failed, "malformed");
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {1, 5, 100}).bytes()).failed, "malformed");
}

TEST(DicomMeaning, YbrBecomesRgb) {
  DicomBuilder image{1, 4};
  // Black, white, and the red and blue of full range BT.601.
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).word(DCM_PlanarConfiguration, 0);
  image.text(DCM_PhotometricInterpretation, "YBR_FULL");
  image.pixels8({0, 128, 128, 255, 128, 128, 76, 85, 255, 29, 255, 107});
  const auto frames = rescaled(image.bytes());
  EXPECT_THAT(values<std::uint8_t>(frames.frame().pixels),
              ElementsAre(0, 0, 0, 255, 255, 255, 254, 0, 0, 0, 0, 254));

  image.word(DCM_PlanarConfiguration, 1).pixels8({0, 255, 76, 29, 128, 128, 85, 255, 128, 128, 255, 107});
  EXPECT_EQ(values<std::uint8_t>(rescaled(image.bytes()).frame().pixels),
            values<std::uint8_t>(frames.frame().pixels));
}

TEST(DicomMeaning, Monochrome1KeepsItsValuesAndItsName) {
  DicomBuilder image{1, 2};
  image.text(DCM_PhotometricInterpretation, "MONOCHROME1").pixels({3, 9});
  const auto frames = rescaled(image.bytes());
  EXPECT_EQ(frames.frame().photometric, Photometric::Monochrome1);
  EXPECT_THAT(values<float>(frames.frame().pixels), ElementsAre(3, 9));
}

}  // namespace
}  // namespace radflow
