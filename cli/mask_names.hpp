// Which mask of one folder belongs to which of another, by their names.
#pragma once

#include <string>
#include <vector>

#include "connectors/files/folder.hpp"

namespace radflow::cli {

struct MaskPair {
  std::string name;  // the reference's, without its extension
  InputFile found, reference;
};
struct MatchedMasks {
  std::vector<MaskPair> pairs;       // Sorted by name.
  std::vector<std::string> missing;  // Names of references without a mask.
  std::vector<std::string> alone;    // Names of masks without a reference.
};

// Names are those below their folders. Two files belong together that differ in the extension at most: "a.png" and "a.npy".
// Where there is no such file, names are read as the sink `images` writes them (connectors/images/file_name.hpp): %2B is +,
// and what it added to the input's name may be missing, so that "a%2Bb.dcm@0001.png" belongs to "a+b.dcm" and "a+b.png".
// Throws std::runtime_error where several files of the one folder could belong to a file of the other, and where none do:
// it then says the first names of both.
MatchedMasks match_masks(const std::string& found, const std::string& reference);

}  // namespace radflow::cli
