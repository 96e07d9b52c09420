// shape: what the region that a mask labels looks like: the properties of scikit-image's regionprops (0.26), by its names and
// to 1e-6, in mm or in pixels. All pixels of the label are one region, in how many parts ever. Where there is none the area is
// 0 and what else there is is missing.
//   - shape: {of: [area, solidity, eccentricity]}
#include <cmath>

#include "graph/node.hpp"
#include "nodes/features/region_shape.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

enum class Unit { Mm, Pixels };
Choices<Unit> choices_of(Unit) {
  return {{Unit::Mm, "mm", "Lengths in mm, areas in square mm; the size of pixels must be known."},
          {Unit::Pixels, "pixels", "As if pixels were squares of size 1."}};
}

struct Params {
  std::vector<ShapeFeature> of = {
      ShapeFeature::Area,      ShapeFeature::Perimeter,     ShapeFeature::MajorAxis,
      ShapeFeature::MinorAxis, ShapeFeature::Eccentricity,  ShapeFeature::Extent,
      ShapeFeature::Solidity,  ShapeFeature::FeretDiameter, ShapeFeature::EulerNumber};
  Unit unit = Unit::Mm;
  std::optional<int> label;
};

class Shape {
 public:
  Shape(const Params& params, const BuildInfo& info) : params_{params} {
    std::vector<std::string> names;
    for (const ShapeFeature which : params.of) names.push_back(info.name + "." + choice_name(which));
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    known_.set(KnownFeatures{*names_});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Mask& mask) const {
    if (params_.unit == Unit::Mm && !mask.geometry.spacing)
      return Error{"spacing_unknown",
                   "shape in mm got a mask whose pixels have no known size: say `unit: pixels`"};
    const Spacing spacing = params_.unit == Unit::Mm ? *mask.geometry.spacing : Spacing{1, 1};
    const cv::Mat region = selected({}, &mask, params_.label);
    std::vector<double> values;
    if (cv::countNonZero(region) == 0) {
      for (const ShapeFeature which : params_.of)
        values.push_back(which == ShapeFeature::Area ? 0 : std::nan(""));
    } else {
      const RegionShape shape{region, spacing};
      for (const ShapeFeature which : params_.of) values.push_back(shape.of(which));
    }
    return Features{names_, std::move(values), std::string{params_.unit == Unit::Mm ? "mm" : "pixels"}, ""};
  }

 private:
  Params params_;
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<Shape, Params> registered{
    NodeSpec{"shape",
             "What the region that a mask labels looks like: <name>.area, <name>.perimeter, ..., to 1e-6 "
             "scikit-image's "
             "regionprops. An empty mask has the area 0; all else is missing then."}
        .param(&Params::of, "of", any(), "Which, in this order.")
        .param(&Params::unit, "unit", any(), "What lengths and areas are in.")
        .param(&Params::label, "label", range(1, Mask::most_labels),
               "The label of the region; absent: all but 0.")
        .errors(
            {{"spacing_unknown", "The size of the mask's pixels in mm is not known: say `unit: pixels`."}})
        .example("- shape: {of: [area, solidity, eccentricity]}")};

}  // namespace
}  // namespace radflow
