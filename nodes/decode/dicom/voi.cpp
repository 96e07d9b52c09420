// Windows and VOI lookup tables (PS3.3 C.11.2).
#include <algorithm>
#include <cmath>

#include "nodes/decode/dicom/meaning.hpp"

namespace radflow {
namespace {

// Windows and tables of a frame; devices write a handful.
constexpr unsigned long most_alternatives = 64;

VoiWindow::Function window_function(DcmItem& item) {
  const std::string name = text_of(item, DCM_VOILUTFunction);
  if (name == "LINEAR_EXACT") return VoiWindow::Function::LinearExact;
  if (name == "SIGMOID") return VoiWindow::Function::Sigmoid;
  return VoiWindow::Function::Linear;
}

// Whether the table's first value is signed: the modality transform can give negative values (C.11.2.1.1).
bool input_is_signed(const PixelLayout& layout, const ModalityTransform& transform) {
  if (transform.table) return false;
  return layout.is_signed || transform.intercept < 0 || transform.slope < 0;
}

}  // namespace

Voi read_voi(const FrameTags& tags, const PixelLayout& layout, const ModalityTransform& transform) {
  Voi voi;
  if (!layout.is_monochrome()) return voi;
  DcmItem& item = tags.group_or_top(DCM_FrameVOILUTSequence);
  const auto centers = numbers_of(item, DCM_WindowCenter, most_alternatives),
             widths = numbers_of(item, DCM_WindowWidth, most_alternatives);
  const VoiWindow::Function function = window_function(item);
  for (std::size_t i = 0; i < std::min(centers.size(), widths.size()); ++i) {
    // PS3.3 C.11.2.1.2: LINEAR needs a width of at least 1, the others one above 0.
    const bool usable = function == VoiWindow::Function::Linear ? widths[i] >= 1 : widths[i] > 0;
    if (usable)
      voi.windows.push_back(
          {centers[i], widths[i], function, text_of(item, DCM_WindowCenterWidthExplanation, i)});
  }
  for (unsigned long i = 0; i < most_alternatives; ++i) {
    DcmItem* table_item = item_of(tags.top(), DCM_VOILUTSequence, i);
    if (!table_item) break;
    auto table = read_table(*table_item, DCM_LUTDescriptor, DCM_LUTData, input_is_signed(layout, transform));
    if (table && *table) voi.luts.push_back({(*table)->first, (*table)->bits, std::move((*table)->entries)});
  }
  return voi;
}

Voi to_stored_units(const Voi& voi, const ModalityTransform& transform) {
  if (!transform.table && transform.slope == 1 && transform.intercept == 0) return voi;
  Voi stored;
  // A table or a falling line cannot be undone in a window.
  if (transform.table || transform.slope <= 0) return stored;
  for (const VoiWindow& window : voi.windows) {
    VoiWindow moved = window;
    if (window.function == VoiWindow::Function::Linear && transform.slope != 1) {
      // LINEAR's half-pixel offsets (C.11.2.1.2.1) do not scale: it is the exact line around c - 0.5, w - 1.
      if (window.width <= 1) continue;
      moved.function = VoiWindow::Function::LinearExact;
      moved.center -= 0.5;
      moved.width -= 1;
    }
    moved.center = (moved.center - transform.intercept) / transform.slope;
    moved.width /= transform.slope;
    stored.windows.push_back(std::move(moved));
  }
  if (transform.slope == 1)
    for (VoiLut lut : voi.luts) {
      lut.first -= transform.intercept;
      stored.luts.push_back(std::move(lut));
    }
  return stored;
}

}  // namespace radflow
