// The codes of DICOM's Modality, for nodes that ask for some of them.
#pragma once

#include <string>
#include <vector>

namespace radflow {

// Puts the codes of a parameter `modality` in upper case, as they are in DICOM whatever a file says. Throws ParamError if one
// is none of DICOM's: no file would ever match. `otherwise` says how a code of one's own is asked for, with {} in its place.
void take_modalities(std::vector<std::string>& codes, const std::string& otherwise);

}  // namespace radflow
