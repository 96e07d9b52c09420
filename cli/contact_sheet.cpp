#include "cli/contact_sheet.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "cli/drawn_text.hpp"
#include "nodes/imaging/png.hpp"

namespace radflow::cli {
namespace {

const cv::Scalar paper{255, 255, 255}, ink{40, 34, 28}, faint{112, 102, 91}, red{40, 40, 190},
    ground{243, 240, 238};
constexpr int gap = 16, line_height = 17;
constexpr double small = 0.42, medium = 0.5, large = 0.75;
constexpr int lines_below = 4;  // the title and what the words have room for

// As large as the tile. What is enlarged three times or more is so by a whole number, so that its pixels stay squares.
void put_picture(cv::Mat sheet, const cv::Mat& picture) {
  const double scale = std::min(static_cast<double>(sheet.cols) / picture.cols,
                                static_cast<double>(sheet.rows) / picture.rows);
  const double used = scale >= 3 ? std::floor(scale) : scale;
  const cv::Size size{std::max(1, static_cast<int>(std::lround(picture.cols * used))),
                      std::max(1, static_cast<int>(std::lround(picture.rows * used)))};
  cv::Mat scaled;
  cv::resize(picture, scaled, size, 0, 0,
             used < 1   ? cv::INTER_AREA
             : used < 3 ? cv::INTER_LINEAR
                        : cv::INTER_NEAREST);
  scaled.copyTo(sheet(
      cv::Rect{(sheet.cols - size.width) / 2, (sheet.rows - size.height) / 2, size.width, size.height}));
}

void put_tile(cv::Mat& sheet, cv::Point at, const Tile& tile, int side) {
  cv::Mat place = sheet(cv::Rect{at.x, at.y, side, side});
  place.setTo(ground);
  if (!tile.shown.picture.empty())
    put_picture(place, tile.shown.picture);
  else if (!tile.shown.numbers.empty())
    bars(tile.shown.numbers, place.size()).copyTo(place);
  int y = at.y + side + line_height;
  draw(sheet, fitted(letters_of(tile.title), medium, side), {at.x, y}, medium, tile.wrong ? red : ink);
  for (const Letters& line : wrapped(letters_of(tile.shown.words), small, side, lines_below - 1))
    draw(sheet, line, {at.x, y += line_height}, small, tile.wrong ? red : faint);
}

}  // namespace

cv::Mat drawn(const ContactSheet& sheet, int columns, int side) {
  std::size_t widest = 1;
  for (const SheetSection& section : sheet.sections) widest = std::max(widest, section.tiles.size());
  const int across = std::min<int>(columns, static_cast<int>(widest));
  const int tile_height = side + lines_below * line_height + gap;
  const int width = gap + across * (side + gap), header = 44, section_header = 13;
  int height = header + gap;
  const auto rows_of = [&](const SheetSection& section) {
    return (static_cast<int>(section.tiles.size()) + across - 1) / across;
  };
  const auto titles_of = [&](const SheetSection& section) {
    return wrapped(letters_of(section.title), medium, width - 2 * gap, 3);
  };
  for (const SheetSection& section : sheet.sections)
    height += section_header + static_cast<int>(titles_of(section).size()) * line_height +
              rows_of(section) * tile_height;

  cv::Mat result{height, width, CV_8UC3, paper};
  draw(result, fitted(letters_of(sheet.title), large, width - 2 * gap), {gap, 32}, large, ink);
  int y = header;
  for (const SheetSection& section : sheet.sections) {
    cv::line(result, {gap, y}, {width - gap, y}, cv::Scalar{227, 222, 217});
    for (const Letters& line : titles_of(section))
      draw(result, line, {gap, (y += line_height) + 3}, medium, ink);
    y += section_header;
    for (std::size_t i = 0; i < section.tiles.size(); ++i) {
      const int row = static_cast<int>(i) / across, column = static_cast<int>(i) % across;
      put_tile(result, {gap + column * (side + gap), y + row * tile_height}, section.tiles[i], side);
    }
    y += rows_of(section) * tile_height;
  }
  return result;
}

std::string png_of(const cv::Mat& picture) {
  cv::Mat rgb;
  cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
  return write_png(rgb);
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file{path, std::ios::binary};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error{path + ": cannot be written"};
}

}  // namespace radflow::cli
