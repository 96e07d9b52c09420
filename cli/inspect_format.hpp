// What `radflow inspect` knows of a format that a build may be without, beside what every frame says.
#pragma once

#include "cli/inspect_report.hpp"
#include "nodes/decode/reader.hpp"

namespace radflow::cli {

// One frame of a file, with what the format says of it.
struct InspectedFrame {
  Frame frame;
  Identity identity;
  nlohmann::ordered_json details;  // the section `file` shows them
};

using InspectFormat = Result<InspectedFrame> (*)(const Record& record, std::int64_t index,
                                                 const ReadOptions& options);

// One object for each such format.
class RegisterInspect {
 public:
  RegisterInspect(Format format, InspectFormat inspect);
  // Null: every frame of the file is decoded to show one.
  static InspectFormat of(Format format);
};

Error no_such_frame(std::int64_t frame, std::int64_t count);

}  // namespace radflow::cli
