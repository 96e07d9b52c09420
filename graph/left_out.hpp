// Families of nodes that this build is without: a package that they need was not found, or they were left out on request.
// Whoever asks for one of their nodes is told so, instead of that there is no such node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace radflow {

struct LeftOut {
  std::string family;                     // its folder: "nodes/decode/dicom"
  std::string packages;                   // what it needs: "DCMTK, charls"; "" if nothing of its own
  std::vector<std::string> nodes;         // the types that it would register
  std::vector<std::string> choices = {};  // what it would add to a parameter that selects: algorithms
  std::string remedy = {};                // "run FILE", where what it needs is no such package
};

// One object for each such family; nodes/CMakeLists.txt writes them.
class RegisterLeftOut {
 public:
  explicit RegisterLeftOut(LeftOut family);
};

const std::vector<LeftOut>& families_left_out();

// "this radflow was built without nodes/decode/dicom, which needs DCMTK, charls: ...", or "" if it has the family.
std::string family_left_out(std::string_view family);
// The same of the family that has a node of this type.
std::string node_left_out(std::string_view type);
// The same of the family that has a choice of this name.
std::string choice_left_out(std::string_view name);

}  // namespace radflow
