// Readers of formats whose libraries a build may be without: the folder that reads such a format registers its reader.
#pragma once

#include "nodes/decode/reader.hpp"

namespace radflow {

class RegisterReader {
 public:
  // One part per frame, in the file's order. Any thread.
  using Read = Result<Frames> (*)(ByteSpan bytes, const ReadOptions& options, const Charge& charge);

  RegisterReader(Format format, Read read);

  // Null if this build has none. Known before main(), as nodes are.
  static Read of(Format format);
};

// Why this build does not read the format, if it does not.
std::optional<Error> left_out(Format format);

}  // namespace radflow
