// The name of the file that a message becomes.
#pragma once

#include <string>
#include <string_view>

#include "graph/context.hpp"

namespace radflow {

// What tells one output of a graph from all others, besides the frame's number.
struct Naming {
  bool key_is_unique = false;  // if not, topic, partition and offset stand behind the key
  std::string node;            // the one that gave the output, where a sink takes outputs of several; else ""
};

// Below the output folder: what tells the record apart, "@0003" behind it for one frame of several (from 1; as
// wide as their number, and at least 4 digits) and likewise for one tile of several, "@window" for the node, and the extension. Of a file that is
// its path, "scans/a.dcm@0003.png"; of a topic's record its key and place, "scans/a.dcm@frames-0-12@0003.png",
// as keys repeat; without a key the place, "@frames-0-12.png". So the same record gives the same name and
// another one never does. No key leaves the folder: every byte but letters, digits, - and _, and . within a
// file's name, becomes %XX; a part that is too long for a file's name ends in its digest.
std::string file_name(const Context& context, const Naming& naming, std::string_view extension);

}  // namespace radflow
