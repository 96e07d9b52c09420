// bias_field: divides each frame by the slow change of brightness that coils leave in MR, by ITK's N4 (N. Tustison et al.,
// N4ITK: improved N3 bias correction, 2010). The field is found on a frame that is `shrink` times smaller, within the mask if
// there is one, and divides the whole frame. N4 magnifies rounding: of 16 images of odd sizes and 64 x 64 the results were
// 2e-5 to 9e-4 of the range away from SimpleITK's (2.5.7), which were 8e-6 to 2e-3 away from themselves where the last bit of
// each value was changed.
//   - bias_field: {iterations: [50, 50, 50, 50]}
//     from: {image: decode, mask: head}
#include <fmt/format.h>
#include <itkBSplineControlPointImageFilter.h>
#include <itkImportImageFilter.h>
#include <itkN4BiasFieldCorrectionImageFilter.h>
#include <itkShrinkImageFilter.h>

#include "graph/node.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/itk/plane.hpp"

namespace radflow {
namespace {

using Image = itk::Image<float, 2>;
using Marks = itk::Image<unsigned char, 2>;
using N4 = itk::N4BiasFieldCorrectionImageFilter<Image, Marks, Image>;

constexpr int most_control_points = 64;  // along an axis of the coarsest level

struct Params {
  std::vector<int> iterations{50, 50, 50, 50};
  double convergence = 0.001;
  int control_points = 4;
  std::optional<double> spline_distance;
  int shrink = 4;
  double width = 0.15;
  double noise = 0.01;
  int bins = 200;
  std::optional<int> label;
};

// The pixels `shrink` apart, as ITK's filter takes them; the matrix must live as long as the image.
template <typename Pixel>
typename itk::Image<Pixel, 2>::Pointer shrunk(cv::Mat& pixels, const Spacing& spacing, unsigned shrink) {
  const auto import = itk::ImportImageFilter<Pixel, 2>::New();
  itk::ImageRegion<2> region;
  region.SetSize(
      {static_cast<itk::SizeValueType>(pixels.cols), static_cast<itk::SizeValueType>(pixels.rows)});
  import->SetRegion(region);
  const itk::SpacePrecisionType mm[2] = {spacing.column, spacing.row};
  import->SetSpacing(mm);
  import->SetImportPointer(pixels.ptr<Pixel>(), pixels.total(), false);
  const auto filter = itk::ShrinkImageFilter<itk::Image<Pixel, 2>, itk::Image<Pixel, 2>>::New();
  filter->SetInput(import->GetOutput());
  filter->SetShrinkFactors(shrink);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  typename itk::Image<Pixel, 2>::Pointer image = filter->GetOutput();
  image->DisconnectPipeline();
  return image;
}

class BiasField {
 public:
  explicit BiasField(const Params& params) : params_{params} {
    if (params.iterations.empty()) throw ParamError{"iterations", "needs a number for at least one level"};
  }

  Result<Frame> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_grey(frame, "bias_field")) return *error;
    if (auto error = require_values(frame, "bias_field")) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "bias_field")) return *error;
    if (params_.spline_distance && !frame.geometry.spacing)
      return Error{"spacing_unknown",
                   "bias_field with `spline_distance` got a frame whose pixels have no known size"};
    Plane plane{frame};
    cv::Mat counts = selected(frame, mask, params_.label);
    if (counts.empty()) counts = cv::Mat(frame.pixels.size(), CV_8U, cv::Scalar{255});
    if (!plane.counts.empty()) counts = counts & plane.counts;
    if (cv::countNonZero(counts) == 0) return Error{"no_valid_pixels", "bias_field got no pixel that counts"};
    double least = 0, most = 0;
    cv::minMaxIdx(plane.pixels, &least, &most, nullptr, nullptr, counts);
    if (least <= 0)
      return Error{"not_positive", fmt::format("bias_field takes logarithms and got the value {}", least)};
    if (least == most) return frame;
    Result<cv::Mat> field = log_field(plane.pixels, counts, frame.geometry.spacing.value_or(Spacing{1, 1}));
    if (!field) return field.error();
    cv::exp(*field, *field);
    cv::Mat even = plane.pixels / *field;
    if (!cv::checkRange(even)) return too_large_for_float("bias_field");
    return plane.back(frame, even);
  }

 private:
  Result<cv::Mat> log_field(cv::Mat& pixels, cv::Mat& counts, const Spacing& spacing) const {
    const auto shrink = static_cast<unsigned>(params_.shrink);
    if (std::min(pixels.rows, pixels.cols) < 4 * params_.shrink)
      return Error{
          "too_small",
          fmt::format("bias_field got a frame of {} x {} pixels and needs {} along both axes: four that "
                      "are left by `shrink: {}`",
                      pixels.cols, pixels.rows, 4 * params_.shrink, params_.shrink)};
    const auto n4 = N4::New();
    n4->SetInput(shrunk<float>(pixels, spacing, shrink));
    const auto marks = shrunk<unsigned char>(counts, spacing, shrink);
    const std::size_t all = marks->GetBufferedRegion().GetNumberOfPixels();
    if (std::count(marks->GetBufferPointer(), marks->GetBufferPointer() + all, 0) ==
        static_cast<std::ptrdiff_t>(all))
      return Error{"too_small", "bias_field got a mask of which `shrink` leaves no pixel"};
    n4->SetMaskImage(marks);
    n4->SetUseMaskLabel(false);
    N4::VariableSizeArrayType levels(params_.iterations.size());
    std::copy(params_.iterations.begin(), params_.iterations.end(), levels.begin());
    n4->SetMaximumNumberOfIterations(levels);
    n4->SetNumberOfFittingLevels(static_cast<unsigned>(params_.iterations.size()));
    n4->SetConvergenceThreshold(params_.convergence);
    n4->SetBiasFieldFullWidthAtHalfMaximum(params_.width);
    n4->SetWienerFilterNoise(params_.noise);
    n4->SetNumberOfHistogramBins(params_.bins);
    const Result<N4::ArrayType> points = control_points(pixels, spacing);
    if (!points) return points.error();
    n4->SetNumberOfControlPoints(*points);
    n4->SetNumberOfWorkUnits(1);
    n4->Update();

    const auto whole =
        itk::BSplineControlPointImageFilter<N4::BiasFieldControlPointLatticeType, N4::ScalarImageType>::New();
    whole->SetInput(n4->GetLogBiasFieldControlPointLattice());
    whole->SetSplineOrder(n4->GetSplineOrder());
    whole->SetSize(
        {static_cast<itk::SizeValueType>(pixels.cols), static_cast<itk::SizeValueType>(pixels.rows)});
    const itk::SpacePrecisionType mm[2] = {spacing.column, spacing.row};
    whole->SetSpacing(mm);
    whole->SetNumberOfWorkUnits(1);
    whole->Update();
    // The image holds vectors of one float.
    static_assert(sizeof(N4::ScalarImageType::PixelType) == sizeof(float));
    return cv::Mat(pixels.size(), CV_32F, whole->GetOutput()->GetBufferPointer()).clone();
  }

  // Of the coarsest level along both axes: one more than there are spans, and what cubic splines need beyond the ends.
  Result<N4::ArrayType> control_points(const cv::Mat& pixels, const Spacing& spacing) const {
    N4::ArrayType points;
    points.Fill(static_cast<unsigned>(params_.control_points));
    if (!params_.spline_distance) return points;
    const double mm[2] = {pixels.cols * spacing.column, pixels.rows * spacing.row};
    for (unsigned axis = 0; axis < 2; ++axis) {
      const double along = std::ceil(mm[axis] / *params_.spline_distance) + 3;
      if (!(along <= most_control_points))
        return Error{
            "too_many_control_points",
            fmt::format("bias_field got a frame of {:.6g} x {:.6g} mm, which needs more than {} control "
                        "points along an axis: `spline_distance` or the frame's spacing is wrong",
                        mm[0], mm[1], most_control_points)};
      points[axis] = static_cast<unsigned>(along);
    }
    return points;
  }

  Params params_;
};

const Register<BiasField, Params> registered{
    NodeSpec{
        "bias_field",
        "Divides each frame by the slow change of brightness that MR coils leave, found by ITK's N4. To "
        "1e-3 of the frame's range, and mostly 2e-4, SimpleITK's N4BiasFieldCorrection on the shrunk frame, "
        "with the field at the frame's size: N4 magnifies rounding, and SimpleITK itself moves as far where "
        "the last bit of values changes. Computed in float, integers are rounded. A frame of one value "
        "stays, and so do padding and what is not "
        "finite."}
        .param(&Params::iterations, "iterations", range(1, 1000),
               "The most for each level, coarse to fine: each has twice as many splines as the one before.")
        .param(&Params::convergence, "convergence", range(0, 1),
               "A level ends when the field changes by less: the coefficient of variation of the ratio.")
        .param(&Params::control_points, "control_points", range(4, most_control_points),
               "Along both axes of the coarsest level.")
        .param(&Params::spline_distance, "spline_distance", range(1, 10000),
               "Instead of `control_points`: the distance of the splines of the coarsest level, in mm.")
        .param(&Params::shrink, "shrink", range(1, 32), "Every so manieth pixel is used to find the field.")
        .param(&Params::width, "width", range(0.001, 10),
               "Full width at half maximum of the field's histogram, logarithmic.")
        .param(&Params::noise, "noise", range(1e-6, 10), "Of the Wiener filter that sharpens the histogram.")
        .param(&Params::bins, "bins", range(8, 4096), "Of the histogram.")
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known()
        .errors(
            {colour_not_supported,
             codes_not_supported,
             geometry_mismatch,
             no_valid_pixels,
             not_finite,
             {"not_positive",
              "A pixel that counts is 0 or less, which has no logarithm: give a mask, or add to the values."},
             {"spacing_unknown",
              "`spline_distance` is in mm, and the size of the frame's pixels is not known."},
             {"too_small",
              "After `shrink` less than four pixels are left along an axis, or none of the mask."},
             {"too_many_control_points",
              "The frame's length in mm takes more than 64 splines of `spline_distance`: one of them is "
              "wrong."}})
        .example("- bias_field: {iterations: [50, 50, 50, 50]}")};

}  // namespace
}  // namespace radflow
