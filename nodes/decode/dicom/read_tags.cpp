#include "nodes/decode/dicom/read_tags.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <vector>

namespace radflow {

std::span<const std::uint32_t> read_tags() {
  static const std::vector<std::uint32_t> tags = [] {
    std::vector<std::uint32_t> numbers;
    for (const DcmTagKey& tag : {
             DCM_BitsAllocated,
             DCM_BitsStored,
             DCM_BluePaletteColorLookupTableData,
             DCM_BluePaletteColorLookupTableDescriptor,
             DCM_BodyPartExamined,
             DCM_Columns,
             DCM_DoseGridScaling,
             DCM_DoseUnits,
             DCM_DoubleFloatPixelPaddingRangeLimit,
             DCM_DoubleFloatPixelPaddingValue,
             DCM_FloatPixelPaddingRangeLimit,
             DCM_FloatPixelPaddingValue,
             DCM_FrameAnatomySequence,
             DCM_FrameLaterality,
             DCM_FrameVOILUTSequence,
             DCM_GreenPaletteColorLookupTableData,
             DCM_GreenPaletteColorLookupTableDescriptor,
             DCM_GridFrameOffsetVector,
             DCM_HighBit,
             DCM_ImageLaterality,
             DCM_ImageOrientationPatient,
             DCM_ImagePlanePixelSpacing,
             DCM_ImagePositionPatient,
             DCM_ImagerPixelSpacing,
             DCM_LUTData,
             DCM_LUTDescriptor,
             DCM_Laterality,
             DCM_Modality,
             DCM_ModalityLUTSequence,
             DCM_ModalityLUTType,
             DCM_NominalScannedPixelSpacing,
             DCM_NumberOfFrames,
             DCM_PerFrameFunctionalGroupsSequence,
             DCM_PhotometricInterpretation,
             DCM_PhysicalDeltaX,
             DCM_PhysicalDeltaY,
             DCM_PhysicalUnitsXDirection,
             DCM_PhysicalUnitsYDirection,
             DCM_PixelMeasuresSequence,
             DCM_PixelPaddingRangeLimit,
             DCM_PixelPaddingValue,
             DCM_PixelRepresentation,
             DCM_PixelSpacing,
             DCM_PixelSpacingCalibrationType,
             DCM_PixelValueTransformationSequence,
             DCM_PlanarConfiguration,
             DCM_PlaneOrientationSequence,
             DCM_PlanePositionSequence,
             DCM_RedPaletteColorLookupTableData,
             DCM_RedPaletteColorLookupTableDescriptor,
             DCM_RegionSpatialFormat,
             DCM_RescaleIntercept,
             DCM_RescaleSlope,
             DCM_RescaleType,
             DCM_Rows,
             DCM_SOPClassUID,
             DCM_SOPInstanceUID,
             DCM_SamplesPerPixel,
             DCM_SegmentedBluePaletteColorLookupTableData,
             DCM_SegmentedGreenPaletteColorLookupTableData,
             DCM_SegmentedRedPaletteColorLookupTableData,
             DCM_SequenceOfUltrasoundRegions,
             DCM_SeriesInstanceUID,
             DCM_SharedFunctionalGroupsSequence,
             DCM_SpecificCharacterSet,
             DCM_StudyInstanceUID,
             DCM_Units,
             DCM_VOILUTFunction,
             DCM_VOILUTSequence,
             DCM_WindowCenter,
             DCM_WindowCenterWidthExplanation,
             DCM_WindowWidth,
         })
      numbers.push_back(std::uint32_t{tag.getGroup()} << 16 | tag.getElement());
    numbers.push_back(0xffffffff);
    std::ranges::sort(numbers);
    return numbers;
  }();
  return tags;
}

}  // namespace radflow
