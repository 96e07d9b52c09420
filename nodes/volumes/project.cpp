// project: looks through a volume along an axis and gives one frame, of the greatest, least or mean value on each ray. The
// frame lies where the first plane along the axis lies, a mean in the middle.
//   - project: {method: maximum, along: rows}
#include <limits>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/planes.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class Method { Maximum, Minimum, Mean };
Choices<Method> choices_of(Method) {
  return {{Method::Maximum, "maximum", "The greatest value on each ray (MIP)."},
          {Method::Minimum, "minimum", "The least value on each ray."},
          {Method::Mean, "mean", "The mean of the values on each ray; integers are rounded."}};
}

struct Params {
  Method method = Method::Maximum;
  Axis along = Axis::Rows;
};

// What a ray has met so far, of all rays of one frame.
struct Rays {
  explicit Rays(cv::Size size, double none)
      : values(size, CV_64F, cv::Scalar{none}), met(cv::Mat::zeros(size, CV_32S)) {}
  cv::Mat values;  // CV_64F
  cv::Mat met;     // CV_32S: how many voxels count
};

class Project {
 public:
  explicit Project(const Params& params) : params_{params} {}

  Frame operator()(const Volume& volume) const {
    const double middle = (planes_along(volume, params_.along) - 1) / 2.0;
    Frame frame = frame_along(volume, params_.along, params_.method == Method::Mean ? middle : 0);
    const cv::Size size = plane_size(volume, params_.along);
    Rays rays{size, none()};
    for_depth(volume.voxels.depth(), [&](auto zero) { meet<decltype(zero)>(volume, rays); });
    finish(rays);
    rays.values.convertTo(frame.pixels, volume.voxels.depth());
    if (cv::countNonZero(rays.met) < size.area()) frame.valid = rays.met > 0;
    return frame;
  }

 private:
  double none() const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return params_.method == Method::Maximum ? -infinity : params_.method == Method::Minimum ? infinity : 0;
  }

  // Goes through the voxels as they lie in memory. Padding and NaN do not count.
  template <typename T>
  void meet(const Volume& volume, Rays& rays) const {
    for (int slice = 0; slice < volume.slices(); ++slice)
      for (int row = 0; row < volume.rows(); ++row) {
        const T* voxels = volume.voxels.ptr<T>(slice, row);
        const auto* valid = volume.valid.empty() ? nullptr : volume.valid.ptr<std::uint8_t>(slice, row);
        const int line = params_.along == Axis::Slices ? row : volume.slices() - 1 - slice;
        auto* values = rays.values.ptr<double>(line);
        auto* met = rays.met.ptr<int>(line);
        const bool across = params_.along == Axis::Columns;
        for (int column = 0; column < volume.columns(); ++column) {
          const T voxel = voxels[column];
          if ((valid && valid[column] == 0) || voxel != voxel) continue;
          const int ray = across ? row : column;
          ++met[ray];
          if (params_.method == Method::Mean)
            values[ray] += voxel;
          else if (params_.method == Method::Maximum ? voxel > values[ray] : voxel < values[ray])
            values[ray] = voxel;
        }
      }
  }

  void finish(Rays& rays) const {
    if (params_.method == Method::Mean) {
      cv::Mat met;
      rays.met.convertTo(met, CV_64F);
      rays.values /= cv::max(met, 1);
    }
    rays.values.setTo(0, rays.met == 0);
  }

  Params params_;
};

const Register<Project, Params> registered{
    NodeSpec{
        "project",
        "Looks through each volume along an axis: a frame of the greatest, least or mean value on every ray. "
        "Padding and NaN do not count; a ray that meets nothing else is padding."}
        .param(&Params::method, "method", any(), "Which value of those on a ray.")
        .param(&Params::along, "along", any(), "Which way one looks.")
        .keeps_known<KnownMeaning>()
        .example("- project: {method: maximum, along: rows}")};

}  // namespace
}  // namespace radflow
