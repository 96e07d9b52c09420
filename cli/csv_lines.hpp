// Reads CSV as spreadsheets and editors write it (RFC 4180: quotes, doubled quotes in them, CR LF; a byte order mark;
// where the first line has no comma, semicolons or tabs between fields).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace radflow::cli {

struct CsvLine {
  int line = 0;  // where it begins in the file, from 1: fields may hold lines, and empty lines are left out
  std::vector<std::string> fields;
};

// Throws ConfigError with `file` and the line: a quote is not closed, something stands behind one that
// closes, or the text is UTF-16.
std::vector<CsvLine> read_csv(std::string_view text, const std::string& file);

}  // namespace radflow::cli
