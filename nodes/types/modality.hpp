// The codes of DICOM's Modality, for nodes that ask for some of them.
#pragma once

#include <string>
#include <vector>

namespace radflow {

// As codes are in DICOM, whatever a file says.
std::string in_upper_case(std::string code);

// Puts the codes of a parameter `modality` in upper case. Throws ParamError if one
// is none of DICOM's: no file would ever match. `otherwise` says how a code of one's own is asked for, with {} in its place.
void take_modalities(std::vector<std::string>& codes, const std::string& otherwise);

}  // namespace radflow
