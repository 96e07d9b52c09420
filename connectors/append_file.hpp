// What the sinks that append lines to a file have in common.
#pragma once

#include <sys/types.h>

#include <string>

#include "connectors/descriptor.hpp"
#include "graph/param.hpp"
#include "graph/param_codec.hpp"

namespace radflow {

enum class IfExists { Append, Overwrite };

inline Choices<IfExists> choices_of(IfExists) {
  return {{IfExists::Append, "append", "Lines are added to it; a table must have the same columns."},
          {IfExists::Overwrite, "overwrite", "It is emptied at the start."}};
}

ParamError cannot_write(const std::string& path, const std::string& why);

// Opens a file, or makes it, whose writes go to its end. Throws cannot_write().
int open_to_append(const std::string& path, bool empty_it);

bool is_regular(int descriptor);

// How many of the first `size` bytes are whole lines; -1 if they cannot be read.
off_t end_of_lines(int descriptor, off_t size);

}  // namespace radflow
