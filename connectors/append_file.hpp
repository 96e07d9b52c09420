// What the sinks that append lines to a file have in common.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <string>

#include "graph/param.hpp"

namespace radflow {

// Closes the file's descriptor at its end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number{number} {}
  ~Descriptor() { ::close(number); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int number;
};

ParamError cannot_write(const std::string& path, const std::string& why);

// Opens a file, or makes it, whose writes go to its end. Throws cannot_write().
int open_to_append(const std::string& path, bool empty_it);

bool is_regular(int descriptor);

// How many of the first `size` bytes are whole lines; -1 if they cannot be read.
off_t end_of_lines(int descriptor, off_t size);

}  // namespace radflow
