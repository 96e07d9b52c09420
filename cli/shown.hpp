// What a payload looks like: a picture, numbers and a line of words, for contact sheets, pages and terminals.
// A payload type adds how it looks by one object in a file of its own:
//   const RegisterLook<Mask> registered{[](const Mask& mask, const Frame* beneath) { return Shown{...}; }};
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/payload.hpp"
#include "nodes/types/frame.hpp"

namespace radflow::cli {

struct Shown {
  cv::Mat picture;    // 8 bit BGR with square pixels; empty: there is none
  std::string words;  // "512x512 float32 HU, -1024 to 1167"
  std::vector<std::pair<std::string, double>> numbers = {};  // features, probabilities
};

// `beneath` is what a mask or a box may be drawn on, of the same size; null: there is none. Of a type without a look the
// words are its result's summary.
using Look = std::function<Shown(const Payload& payload, const Frame* beneath)>;
Shown show(const Payload& payload, const Frame* beneath);

void register_look(std::string_view type, Look look);

template <typename T>
class RegisterLook {
 public:
  explicit RegisterLook(Shown (*look)(const T&, const Frame*)) {
    register_look(T::payload_name, [look](const Payload& payload, const Frame* beneath) {
      return look(payload.as<T>(), beneath);
    });
  }
};

// The frame as a viewer shows it, in BGR, its padding in blue; rows or columns are repeated where pixels are not square.
cv::Mat picture_of(const Frame& frame);
// `labels` (CV_16U) tinted over the picture, with their outlines; `picture` has one pixel for each label.
cv::Mat tinted(const cv::Mat& picture, const cv::Mat& labels);
// A picture of a grid with that spacing, with square pixels. Unknown spacing is square.
cv::Mat squared(const cv::Mat& picture, const Geometry& geometry);
// As BGR; labels 1, 2, ... have different ones, again after eight.
cv::Scalar label_colour(int label);

}  // namespace radflow::cli
