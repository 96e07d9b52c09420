// Froc: what share of the right boxes is found when so many false ones an image are put up with (free-response receiver
// operating characteristic). Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/evaluation.hpp"
#include "nodes/imaging/overlap.hpp"

namespace radflow::cli {

struct FoundBox {
  Rectangle where;
  double score = 0;
};
struct ImageBoxes {
  std::vector<FoundBox> found;
  std::vector<Rectangle> reference;
};

struct FrocPoint {
  double threshold = 0;                         // boxes of this score or more count
  double false_positives = 0, sensitivity = 0;  // an image; of all right boxes
};
struct Froc {
  std::vector<FrocPoint> curve;  // a point a score, from the highest on
  std::vector<Estimate> at;      // sensitivity at each of `froc_rates`, with its interval
  Estimate mean;                 // The mean of these seven.
};

// False positives an image.
inline constexpr std::array<double, 7> froc_rates{0.125, 0.25, 0.5, 1, 2, 4, 8};

// A box is right if its IoU with a right one that no surer box has taken is at least `least`; the surest box chooses first,
// and takes the one that it covers best. A second box on a right one is false. The sensitivity at a rate is the highest
// that a threshold reaches with no more false boxes: a step, between whose ends nothing is interpolated. 95 % intervals are
// by bootstrap over the images, 1000 draws; where all are the same a sensitivity's is Wilson's of as many cases as images have
// right boxes, and the mean has none. Estimates are absent where there is no right box.
Froc froc_of(const std::vector<ImageBoxes>& images, double least);

}  // namespace radflow::cli
