// AppendFile: a file to whose end the sinks of one run add lines.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "connectors/descriptor.hpp"
#include "graph/param.hpp"
#include "graph/param_codec.hpp"

namespace radflow {

enum class IfExists { Append, Overwrite };

inline Choices<IfExists> choices_of(IfExists) {
  return {{IfExists::Append, "append", "Lines are added to it; a table must have the same columns."},
          {IfExists::Overwrite, "overwrite", "It is emptied when the run begins."}};
}

ParamError cannot_write(const std::string& path, const std::string& why);

// begin() comes once, before anything is written; from then on one thread uses the file.
class AppendFile {
 public:
  // Opens the file, or makes it, and keeps other runs from writing it; what stands in it stays until begin(). `sink` names
  // what writes it in the log. Throws what cannot_write() gives.
  AppendFile(std::string sink, std::string path, IfExists if_exists);
  // Takes over an open descriptor, which is no file with a path: standard output.
  explicit AppendFile(int opened);
  // Removes the file again if it was made for a run that did not begin.
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // Empties the file if it is to be overwritten. Throws cannot_write().
  void begin();
  // Opens the path anew, to go on at its end, where another file or none stands there by now: somebody moved or deleted
  // the one that was open. True if so, and the log says it; the file may have lines then. Throws cannot_write().
  bool follow();
  // Removes what stands behind `end`, a last line that was cut short, with a warning. What is wrong, or "".
  std::string cut_off(off_t end) const;

  int descriptor() const { return file_.number(); }
  // It can be cut back to the last whole line.
  bool regular() const { return regular_; }
  const std::string& path() const { return path_; }

 private:
  void open();

  const std::string sink_, path_;
  const bool overwrite_;
  Descriptor file_{-1};
  bool regular_ = false;
  bool made_ = false;  // open() made it: it was not there before
  bool begun_ = false;
};

// The file begins so, or is a part of that: a line that was cut short. Where the power went away a file can end in zeros
// instead of what was written.
bool begins_with(int descriptor, std::string_view beginning);

// How many of the first `size` bytes are whole lines; -1 if they cannot be read.
off_t end_of_lines(int descriptor, off_t size);

}  // namespace radflow
