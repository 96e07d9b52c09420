// Series: the images of a folder by what they say of themselves, for `radflow inspect FOLDER`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/folder.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"
#include "nodes/decode/reader.hpp"
#include "nodes/types/frame.hpp"

namespace radflow::cli {

// What a file says without its pixels, where the format lets it.
struct FileHeader {
  std::string key;         // files of one series have the same
  bool by_folder = false;  // only files of one folder are a series: they name none
  std::string modality, description, body_part;
  int rows = 0, columns = 0;
  std::optional<std::int64_t> instance;  // InstanceNumber
  std::vector<Geometry> frames;          // one per frame; empty: the object is no image
};

// Of a format whose header is read without decoding.
class RegisterHeader {
 public:
  using Read = Result<FileHeader> (*)(const Record& record);
  RegisterHeader(Format format, Read read);
  // Null if there is none: the file is decoded.
  static Read of(Format format);
};

// A frame of a file.
struct Slice {
  InputFile file;
  std::int64_t frame = 0;  // from 0
  Geometry geometry;
  std::optional<std::int64_t> instance;
};

struct Series {
  FileHeader header;   // the first file's
  std::string folder;  // where the first file lies, below the folder that was asked for
  std::vector<Slice>
      slices;  // along the normal of their planes where positions are known, else by instance, else by file
  std::int64_t files = 0;
  std::optional<double> between;     // mm from slice to slice, the median
  std::vector<std::string> remarks;  // "no slice from 12.5 to 20.5 mm"
};

struct FolderContents {
  std::vector<Series> series;                      // sorted by folder, then as the files came
  std::map<std::string, std::int64_t> unreadable;  // files by reason
};

// Throws ParamError where the folder or glob cannot be read.
FolderContents series_of(const std::string& folder);

// Sorts the slices, finds the distance between them and says what is missing, double or unlike the others.
void arrange(Series& series);

}  // namespace radflow::cli
