// vesselness: how much each pixel looks like a vessel (or like a spot), by the curvatures of the smoothed frame: ITK's Hessian
// objectness (L. Antiga, Generalizing vesselness with respect to dimensionality and shape, 2007; for vessels it is A. Frangi's
// measure of 1998), the greatest of several widths.
//   - vesselness: {sigmas: [1, 2, 3], looks: bright}
#include <itkHessianRecursiveGaussianImageFilter.h>
#include <itkHessianToObjectnessMeasureImageFilter.h>
#include <itkImportImageFilter.h>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/itk/plane.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class Looks { Bright, Dark };
Choices<Looks> choices_of(Looks) {
  return {{Looks::Bright, "bright", "Brighter than what is around."}, {Looks::Dark, "dark", "Darker."}};
}

enum class Shape { Vessel, Spot };
Choices<Shape> choices_of(Shape) {
  return {{Shape::Vessel, "vessel", "Long and thin."}, {Shape::Spot, "spot", "Round."}};
}

struct Params {
  std::vector<double> sigmas{1, 2, 3};
  Looks looks = Looks::Bright;
  Shape shape = Shape::Vessel;
  double alpha = 0.5;
  double beta = 0.5;
  double gamma = 5;
  bool scaled = true;
};

class Vesselness {
 public:
  explicit Vesselness(const Params& params) : params_{params} {
    if (params.sigmas.empty()) throw ParamError{"sigmas", "needs at least one width"};
  }

  Known known() const { return Known{}.set(KnownMeaning{units, "MONOCHROME2"}).set(KnownLevels{0}); }

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "vesselness")) return *error;
    if (auto error = require_values(frame, "vesselness")) return *error;
    // The recursive filter needs four pixels along every axis.
    if (frame.pixels.rows < 4 || frame.pixels.cols < 4)
      return Error{"too_small", fmt::format("vesselness got a frame of {} x {} pixels and needs 4 x 4",
                                            frame.pixels.cols, frame.pixels.rows)};
    Plane plane{frame};
    cv::Mat most(plane.pixels.size(), CV_32F, cv::Scalar{0});
    for (const double sigma : params_.sigmas) {
      const cv::Mat measured = measure(plane.pixels, sigma);
      if (!cv::checkRange(measured)) return too_large_for_float("vesselness");
      cv::max(most, measured, most);
    }
    if (!plane.counts.empty()) most.setTo(0, plane.counts == 0);
    Frame result = frame.with_pixels(std::move(most));
    result.units = units;
    result.photometric = Photometric::Monochrome2;
    result.bits_stored = 32;
    result.windows.clear();  // they are written in the units before
    result.voi_luts.clear();
    return result;
  }

 private:
  static constexpr const char* units = "vesselness";

  cv::Mat measure(cv::Mat& pixels, double sigma) const {
    using Image = itk::Image<float, 2>;
    const auto import = itk::ImportImageFilter<float, 2>::New();
    itk::ImageRegion<2> region;
    region.SetSize(
        {static_cast<itk::SizeValueType>(pixels.cols), static_cast<itk::SizeValueType>(pixels.rows)});
    import->SetRegion(region);
    import->SetImportPointer(pixels.ptr<float>(), pixels.total(), false);
    using Hessian = itk::HessianRecursiveGaussianImageFilter<Image>;
    const auto hessian = Hessian::New();
    hessian->SetInput(import->GetOutput());
    hessian->SetSigma(sigma);
    hessian->SetNormalizeAcrossScale(true);
    hessian->SetNumberOfWorkUnits(1);
    const auto objectness =
        itk::HessianToObjectnessMeasureImageFilter<Hessian::OutputImageType, Image>::New();
    objectness->SetInput(hessian->GetOutput());
    objectness->SetAlpha(params_.alpha);
    objectness->SetBeta(params_.beta);
    objectness->SetGamma(params_.gamma);
    objectness->SetScaleObjectnessMeasure(params_.scaled);
    objectness->SetObjectDimension(params_.shape == Shape::Vessel ? 1 : 0);
    objectness->SetBrightObject(params_.looks == Looks::Bright);
    objectness->SetNumberOfWorkUnits(1);
    objectness->Update();
    return cv::Mat(pixels.size(), CV_32F, objectness->GetOutput()->GetBufferPointer()).clone();
  }

  Params params_;
};

const Register<Vesselness, Params> registered{
    NodeSpec{"vesselness",
             "How much each pixel looks like a vessel or a spot: ITK's Hessian objectness, the greatest of "
             "several widths, as "
             "float. To 1e-4 of the greatest value what comes of SimpleITK's RecursiveGaussian, sizes in "
             "pixels. Padding is 0."}
        .param(&Params::sigmas, "sigmas", range(0.3, 100),
               "Widths to look for: standard deviations, in pixels.")
        .param(&Params::looks, "looks", any(), "What is looked for.")
        .param(&Params::shape, "shape", any(), "What is looked for.")
        .param(&Params::alpha, "alpha", range(1e-3, 1e3),
               "Of spots: how much less round one may be; the greater, the stricter.")
        .param(&Params::beta, "beta", range(1e-3, 1e3),
               "Of vessels: how much they may resemble spots; the smaller, the stricter.")
        .param(&Params::gamma, "gamma", range(1e-9, 1e9),
               "Curvature above which something is no noise, in the frame's units.")
        .param(&Params::scaled, "scaled", any(),
               "Whether the measure is multiplied by the greatest curvature.")
        .keeps_known<KnownSize>()
        .errors({colour_not_supported,
                 codes_not_supported,
                 not_finite,
                 {"too_small", "The frame has less than 4 x 4 pixels."}})
        .example("- vesselness: {sigmas: [1, 2, 3], looks: bright}")};

}  // namespace
}  // namespace radflow
