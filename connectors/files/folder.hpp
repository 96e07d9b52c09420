// The files of a folder, in an order that is the same on every machine; shared by the source `files` and by
// `radflow send`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow {

struct InputFile {
  std::string path;       // opens it
  std::string relative;   // path below the input root, with '/'
  std::string label;      // the folder it lies in, if that is below the root; else ""
  std::string mask = {};  // opens the mask beside it; "" if none is asked for
};

// `pattern` is a folder, a file or a glob with *, ? and [...]; a folder that a glob matches is walked too.
// The root is the folder, or the part of a glob before its first wildcard. Sorted by relative path, byte by
// byte. Hidden files and folders (leading dot) are left out, as in a shell; links to files are followed,
// links to folders only at the root. Throws ParamError("path") if there is nothing of that name, a folder
// cannot be read or no file is found. What is neither a file nor a folder (a link to nothing or to a folder,
// a pipe) is left out; the log says how many.
std::vector<InputFile> list_files(const std::string& pattern);
// The same with a mask beside each: `mask` is its path from the file's folder, in which {stem} stands for the file's name
// without and {name} for that with its extension. Masks are no files of the list themselves. Throws ParamError("mask") if
// the pattern names neither, or a file outside the root.
std::vector<InputFile> list_files(const std::string& pattern, const std::string& mask);
void check_mask_pattern(const std::string& mask);
// Throws the ParamError that list_files() would, as far as it can be told without walking.
void check_input(const std::string& pattern);

// What the records of such a pattern name as their topic: the root's own name without the folders above it,
// so that results are the same wherever it lies and tell nothing of the machine.
std::string input_name(const std::string& pattern);

// What the record of the file has even if the file cannot be read: key = relative path, headers `content-type` (where the
// extension is known) and `label` (where there is one).
Record unread_file(const InputFile& file);
// The same with value, time of the last change and header `radflow-mask`: the mask's bytes as base64. The error, reason
// `unreadable`, says why file or mask cannot be read; it does not name them.
Result<Record> try_read_file(const InputFile& file);
// The same; throws std::runtime_error with the file's path.
Record read_file(const InputFile& file);
// The mask that is asked for is not there.
bool lacks_mask(const InputFile& file);

// By extension: "application/dicom", "image/png", ...; absent if unknown: `decode` then looks at the first
// bytes.
std::optional<std::string_view> content_type(std::string_view path);

}  // namespace radflow
