#include "cli/shown.hpp"

#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include "graph/record.hpp"
#include "graph/register_payload.hpp"

namespace radflow::cli {
namespace {

std::map<std::string, Look, std::less<>>& looks() {
  static std::map<std::string, Look, std::less<>> all;
  return all;
}

std::string in_words(const Payload& payload) {
  if (const auto* record = payload.get<Record>())
    return std::to_string(record->value.size()) + (record->value.size() == 1 ? " byte" : " bytes");
  const PayloadFormat* format = PayloadRegistry::instance().find(payload.type()->name);
  if (!format) return "";
  ResultFields fields;
  format->json(payload, fields);
  std::string text = fields.take();
  return format->summary ? format->summary(nlohmann::ordered_json::parse(text)) : text;
}

}  // namespace

void register_look(std::string_view type, Look look) {
  looks().insert_or_assign(std::string{type}, std::move(look));
}

Shown show(const Payload& payload, const Frame* beneath) {
  const auto look = looks().find(payload.type()->name);
  return look == looks().end() ? Shown{{}, in_words(payload)} : look->second(payload, beneath);
}

cv::Mat squared(const cv::Mat& picture, const Geometry& geometry) {
  if (!geometry.spacing || !(geometry.spacing->row > 0) || !(geometry.spacing->column > 0)) return picture;
  const double ratio = geometry.spacing->row / geometry.spacing->column;
  if (ratio > 0.99 && ratio < 1.01) return picture;
  // Ten times is the most that any scanner needs, and a wrong header must not make a picture without end.
  const double down = std::min(ratio, 10.0), across = std::min(1 / ratio, 10.0);
  cv::Mat square;
  cv::resize(picture, square, {}, std::max(across, 1.0), std::max(down, 1.0), cv::INTER_NEAREST);
  return square;
}

// Okabe and Ito's colours, which differ to all kinds of eyes.
cv::Scalar label_colour(int label) {
  static const std::array<cv::Scalar, 8> colours{{{0, 159, 230},
                                                  {233, 180, 86},
                                                  {115, 158, 0},
                                                  {66, 228, 240},
                                                  {178, 114, 0},
                                                  {0, 94, 213},
                                                  {167, 121, 204},
                                                  {200, 200, 200}}};
  return colours[static_cast<std::size_t>(label + 7) % colours.size()];
}

cv::Mat tinted(const cv::Mat& picture, const cv::Mat& labels) {
  cv::Mat result = picture.clone();
  for (int row = 0; row < labels.rows; ++row)
    for (int column = 0; column < labels.cols; ++column) {
      const int label = labels.at<std::uint16_t>(row, column);
      if (label == 0) continue;
      const auto differs = [&](int i, int j) {
        return i < 0 || j < 0 || i >= labels.rows || j >= labels.cols ||
               labels.at<std::uint16_t>(i, j) != label;
      };
      const bool edge = differs(row - 1, column) || differs(row + 1, column) || differs(row, column - 1) ||
                        differs(row, column + 1);
      const cv::Scalar colour = label_colour(label);
      auto& pixel = result.at<cv::Vec3b>(row, column);
      for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<std::uint8_t>(edge ? colour[c] : 0.65 * pixel[c] + 0.35 * colour[c]);
    }
  return result;
}

}  // namespace radflow::cli
