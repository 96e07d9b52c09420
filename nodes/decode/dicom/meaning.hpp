// What stored values mean: the modality transform to real-world values, padding, windows (PS3.3 C.11.1,
// C.11.2, C.7.5.1.1.2), per frame.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodes/decode/dicom/layout.hpp"
#include "nodes/decode/dicom/tags.hpp"

namespace radflow {

// Entries of a lookup table; values below and above take the first and the last.
struct LookupTable {
  double first = 0;  // the value that maps to entries[0]
  int bits = 16;     // bits per entry: entries lie in [0, 2^bits - 1]
  std::vector<double> entries;
};

// Stored values to real-world ones: value * slope + intercept, or a table.
struct ModalityTransform {
  double slope = 1, intercept = 0;
  std::optional<LookupTable> table;
  std::string units = "stored";
};

// Errors: malformed.
Result<ModalityTransform> modality_transform(const FrameTags& tags, const PixelLayout& layout);
// 1-channel stored samples to CV_32F, from 32-bit integers to CV_64F. Computed in double, rounded once.
cv::Mat apply(const ModalityTransform& transform, const cv::Mat& stored);

// 255 where a stored value is image, 0 where it is padding; empty if there is no padding.
cv::Mat validity(DcmItem& dataset, const PixelLayout& layout, const cv::Mat& stored);

struct Voi {
  std::vector<VoiWindow> windows;
  std::vector<VoiLut> luts;
};
// In the units after the transform.
Voi read_voi(const FrameTags& tags, const PixelLayout& layout, const ModalityTransform& transform);
// The same for stored values; windows that cannot be said in them are left out.
Voi to_stored_units(const Voi& voi, const ModalityTransform& transform);

// A table of a sequence item: descriptor, data. None if it is absent. Errors: malformed.
Result<std::optional<LookupTable>> read_table(DcmItem& item, const DcmTagKey& descriptor,
                                              const DcmTagKey& data, bool signed_input);

}  // namespace radflow
