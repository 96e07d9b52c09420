// Same images: what is wrong with a training or an evaluation because an image comes twice. An image is known by
// the bytes of its file: the same picture in another file format is another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/tap.hpp"
#include "nodes/classify/model.hpp"

namespace radflow::cli {

struct LabelledImage {
  std::string digest;  // "xxh3:..." of the record's bytes
  std::string label;
  std::string name;
};

// One per record, whatever came of it. The messages are as tap() sorts them.
std::vector<LabelledImage> images_of(const std::vector<Tapped>& messages);

// A line each for images under two labels and for images that come more than once; none if all is well.
std::vector<std::string> describe_repeated(const std::vector<LabelledImage>& images);

// A line if images were in the training of the model, or if the model cannot tell; else "".
std::string describe_trained_on(const std::vector<LabelledImage>& images, const Model& model);

// To stderr.
void warn(const std::vector<std::string>& lines);

}  // namespace radflow::cli
