// The name of the file that a message becomes.
#pragma once

#include <string>
#include <string_view>

#include "graph/context.hpp"

namespace radflow {

// Below the output folder: the record's key with its folders, "@0003" behind it for one frame of several
// (from 1), and the extension: "scans/a.dcm@0003.png". Without a key topic, partition and offset:
// "@frames-0-12.png". Different keys give different names, and no key leaves the folder: every byte but
// letters, digits, - and _, and . within a file's name, becomes %XX; a part longer than 180 bytes ends in its
// digest.
std::string file_name(const Context& context, std::string_view extension);

}  // namespace radflow
