// ContactSheet: many pictures and numbers with a line of words each, as one PNG or one HTML page without other files.
#pragma once

#include <string>
#include <vector>

#include "cli/shown.hpp"

namespace radflow::cli {

struct Tile {
  std::string title;  // the node's name
  Shown shown;
  bool wrong = false;  // the words say what went wrong
};

// A row of tiles, or several where they do not fit into one.
struct SheetSection {
  std::string title;
  std::vector<Tile> tiles;
};

struct ContactSheet {
  std::string title;
  std::vector<SheetSection> sections;
};

// 8 bit BGR. `columns` tiles stand side by side at most, `side` pixels wide each. What is no ASCII becomes '?'.
cv::Mat drawn(const ContactSheet& sheet, int columns = 6, int side = 224);
// The numbers of a tile as bars: a row with its name for each of a few, else a column for each.
cv::Mat bars(const std::vector<std::pair<std::string, double>>& numbers, const cv::Size& size);
// For a browser, light and dark, and for paper.
std::string page(const ContactSheet& sheet);

// The bytes of a PNG file; throws std::runtime_error where OpenCV cannot make one.
std::string png_of(const cv::Mat& picture);
// Throws std::runtime_error if it cannot be written.
void write_file(const std::string& path, const std::string& bytes);

}  // namespace radflow::cli
