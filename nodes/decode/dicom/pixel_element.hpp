// Finds the pixel data at the end of a data set without copying it: DCMTK would load all of it, and a length
// that promises more than is there would be lost.
#pragma once

#include "nodes/decode/dicom/file.hpp"

namespace radflow {

// `body` is the data set, `position` where the element lies at which DCMTK stopped: the first of group 7FE0
// or above, else the last one. No value if there is no pixel data. Errors: truncated, malformed.
Result<std::optional<PixelElement>> find_pixel_element(ByteSpan body, std::size_t position, bool explicit_vr,
                                                       bool big_endian);

}  // namespace radflow
