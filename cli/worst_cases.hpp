// The images that a model is most wrong about, as thumbnails for the page of an evaluation.
#pragma once

#include <string>
#include <vector>

#include "cli/evaluated_results.hpp"

namespace radflow::cli {

// HTML of the cases to whose true class the least probability is given, 24 at most; "" if none is labelled wrongly, or if
// there is no folder `input` in which their files lie by name. A file that cannot be shown keeps its words.
std::string worst_cases(const EvaluatedResults& evaluated, const std::string& input);

struct CaptionedImage {
  std::string name, caption;
};
// The section itself, with these images in this order; "" if there is no folder `input`.
std::string thumbnails(const std::string& sentence, const std::vector<CaptionedImage>& images,
                       const std::string& input);

}  // namespace radflow::cli
