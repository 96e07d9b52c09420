// anisotropic_diffusion: smooths each frame along its edges and not across them, by ITK's curvature diffusion (R. Whitaker,
// X. Xue, Variable-conductance, level-set curvature for image denoising, 2001).
//   - anisotropic_diffusion: {iterations: 5, conductance: 3}
#include <itkCurvatureAnisotropicDiffusionImageFilter.h>
#include <itkImportImageFilter.h>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/itk/plane.hpp"

namespace radflow {
namespace {

struct Params {
  int iterations = 5;
  double conductance = 3;
  double time_step = 0.0625;
};

class AnisotropicDiffusion {
 public:
  explicit AnisotropicDiffusion(const Params& params) : params_{params} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "anisotropic_diffusion")) return *error;
    if (auto error = require_values(frame, "anisotropic_diffusion")) return *error;
    using Image = itk::Image<float, 2>;
    Plane plane{frame};
    // The filter divides by the mean gradient, which a frame of one value does not have.
    double low = 0, high = 0;
    cv::minMaxIdx(plane.pixels, &low, &high);
    if (low == high) return frame;
    const auto import = itk::ImportImageFilter<float, 2>::New();
    itk::ImageRegion<2> region;
    region.SetSize({static_cast<itk::SizeValueType>(plane.pixels.cols),
                    static_cast<itk::SizeValueType>(plane.pixels.rows)});
    import->SetRegion(region);
    import->SetImportPointer(plane.pixels.ptr<float>(), plane.pixels.total(), false);
    const auto filter = itk::CurvatureAnisotropicDiffusionImageFilter<Image, Image>::New();
    filter->SetInput(import->GetOutput());
    filter->SetNumberOfIterations(params_.iterations);
    filter->SetConductanceParameter(params_.conductance);
    filter->SetTimeStep(params_.time_step);
    filter->SetNumberOfWorkUnits(1);
    filter->Update();
    const cv::Mat smooth(plane.pixels.size(), CV_32F, filter->GetOutput()->GetBufferPointer());
    if (!cv::checkRange(smooth)) return too_large_for_float("anisotropic_diffusion");
    return plane.back(frame, smooth);
  }

 private:
  Params params_;
};

const Register<AnisotropicDiffusion, Params> registered{
    NodeSpec{"anisotropic_diffusion",
             "Smooths each frame along its edges and not across them, by ITK's curvature diffusion. To 1e-4 "
             "of the frame's "
             "range SimpleITK's CurvatureAnisotropicDiffusion on pixels of size 1; computed in float, "
             "integers are rounded. "
             "Padding and what is not finite stay and reach nothing else."}
        .param(&Params::iterations, "iterations", range(1, 1000), "How often.")
        .param(&Params::conductance, "conductance", range(0.01, 1000),
               "How steep an edge may be, in mean gradients of the frame, before smoothing stops at it.")
        .param(&Params::time_step, "time_step", range(1e-4, 0.125),
               "How far each time; beyond 0.125 it is not stable.")
        .keeps_known()
        .errors({colour_not_supported, codes_not_supported, not_finite})
        .example("- anisotropic_diffusion: {iterations: 5, conductance: 3}")};

}  // namespace
}  // namespace radflow
