// How masks and boxes look: drawn on the frame that they belong to.
#include <fmt/format.h>

#include <map>
#include <opencv2/imgproc.hpp>

#include "cli/shown.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/mask.hpp"

namespace radflow::cli {
namespace {

cv::Mat ground(const Frame* beneath, const cv::Size& size) {
  if (beneath && beneath->pixels.size() == size) return picture_of(*beneath);
  return cv::Mat{size, CV_8UC3, cv::Scalar{0, 0, 0}};
}

Shown look_of_mask(const Mask& mask, const Frame* beneath) {
  std::map<int, std::int64_t> pixels;
  for (int row = 0; row < mask.labels.rows; ++row)
    for (int column = 0; column < mask.labels.cols; ++column)
      if (const int label = mask.labels.at<std::uint16_t>(row, column)) ++pixels[label];
  std::string words = fmt::format("{}x{}, ", mask.labels.cols, mask.labels.rows);
  words += pixels.empty()       ? "empty"
           : pixels.size() == 1 ? "1 label:"
                                : fmt::format("{} labels:", pixels.size());
  int listed = 0;
  for (const auto& [label, count] : pixels) {
    if (++listed > 4) {
      words += " ...";
      break;
    }
    const std::string_view name = mask.label_name(label);
    words += fmt::format("{} {} {:.1f} %", listed > 1 ? "," : "",
                         name.empty() ? std::to_string(label) : std::string{name},
                         100.0 * static_cast<double>(count) / static_cast<double>(mask.labels.total()));
  }
  return {squared(tinted(ground(beneath, mask.labels.size()), mask.labels), mask.geometry), words};
}

Shown look_of_boxes(const Boxes& boxes, const Frame* beneath) {
  cv::Mat picture = squared(ground(beneath, {boxes.columns, boxes.rows}), boxes.geometry);
  const double across = static_cast<double>(picture.cols) / std::max(1, boxes.columns);
  const double down = static_cast<double>(picture.rows) / std::max(1, boxes.rows);
  const int thick = std::max(1, std::max(picture.cols, picture.rows) / 200);
  for (std::size_t i = 0; i < boxes.list.size(); ++i) {
    const Box& box = boxes.list[i];
    // On the outer edge of the pixels that it holds.
    const cv::Point first{static_cast<int>(box.column * across), static_cast<int>(box.row * down)};
    const cv::Point last{static_cast<int>((box.column + box.columns) * across) - 1,
                         static_cast<int>((box.row + box.rows) * down) - 1};
    cv::rectangle(picture, first, last, label_colour(box.label > 0 ? box.label : static_cast<int>(i) + 1),
                  thick);
  }
  return {picture, fmt::format("{} box{} in {}x{}", boxes.list.size(), boxes.list.size() == 1 ? "" : "es",
                               boxes.columns, boxes.rows)};
}

const RegisterLook<Mask> masks{look_of_mask};
const RegisterLook<Boxes> boxes{look_of_boxes};

}  // namespace
}  // namespace radflow::cli
