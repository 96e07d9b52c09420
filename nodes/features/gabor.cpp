// gabor: how strongly a frame answers to waves of some lengths and directions: the mean magnitude of each filter of a bank,
// over the frame or over the cells of a grid. Kernels are scikit-image's gabor_kernel(frequency=1/wavelength, theta,
// sigma_x=sigma, sigma_y=sigma/aspect) (0.19.3), or `unit` ones: square, of 2 int(2.5 sigma) + 1 rows, their mean taken off
// and of norm 1. Beyond the edge the frame is reflected (scipy's mode reflect); the numbers are SciPy's to 1e-6 of the
// largest magnitude. Padding stands as the mean of the frame's values and counts in no mean, nor does what a mask leaves out.
//   - gabor: {bank: [[1.2, 3], [2, 5], [3.2, 9]], angles: 8, aspect: 0.8, kernel: unit, grid: [4, 4], log: true}
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/features/grid.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/imaging/simd/quadrature.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

enum class Kernel { Gaussian, Unit };
Choices<Kernel> choices_of(Kernel) {
  return {{Kernel::Gaussian, "gaussian",
           "As scikit-image's gabor_kernel: up to 3 sigma, of a Gaussian whose sum is 1."},
          {Kernel::Unit, "unit", "A square of 2 int(2.5 sigma) + 1 pixels, without its mean, of norm 1."}};
}

struct Params {
  std::vector<std::array<double, 2>> bank = {{1.2, 3}, {2, 5}, {3.2, 9}};
  int angles = 4;
  double aspect = 1;
  Kernel kernel = Kernel::Gaussian;
  bool log = false;
  Grid grid;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

// Added before the logarithm, so that a flat frame has one.
constexpr double log_floor = 0.05;

struct Filter {
  cv::Mat even, odd;  // the real and the imaginary part
};

Filter filter_of(const Params& params, double sigma, double wavelength, double theta) {
  const double across = sigma / params.aspect, cosine = std::cos(theta), sine = std::sin(theta);
  const auto reach = [](double a, double b) {
    return static_cast<int>(std::ceil(std::max({std::abs(3 * a), std::abs(3 * b), 1.0})));
  };
  const bool unit = params.kernel == Kernel::Unit;
  const int half = static_cast<int>(2.5 * sigma);
  const int x0 = unit ? half : reach(sigma * cosine, across * sine);
  const int y0 = unit ? half : reach(across * cosine, sigma * sine);
  Filter filter{cv::Mat(2 * y0 + 1, 2 * x0 + 1, CV_64F), cv::Mat(2 * y0 + 1, 2 * x0 + 1, CV_64F)};
  for (int y = -y0; y <= y0; ++y)
    for (int x = -x0; x <= x0; ++x) {
      const double along = x * cosine + y * sine, aside = -x * sine + y * cosine;
      const double weight =
          std::exp(-0.5 * (along * along / (sigma * sigma) + aside * aside / (across * across))) /
          (2 * std::numbers::pi * sigma * across);
      const double phase = 2 * std::numbers::pi * along / wavelength;
      filter.even.at<double>(y + y0, x + x0) = weight * std::cos(phase);
      filter.odd.at<double>(y + y0, x + x0) = weight * std::sin(phase);
    }
  if (unit)
    for (cv::Mat* part : {&filter.even, &filter.odd}) {
      *part -= cv::mean(*part)[0];
      *part /= cv::norm(*part);
    }
  return filter;
}

// Magnitudes at every pixel.
class Filtering {
 public:
  explicit Filtering(const Filter& filter)
      : filter_{filter},
        pair_{static_cast<std::size_t>(filter.even.rows),
              static_cast<std::size_t>(filter.even.cols),
              {filter.even.begin<double>(), filter.even.end<double>()},
              {filter.odd.begin<double>(), filter.odd.end<double>()}} {}

  // How many pixels beyond the frame it asks for.
  int reach() const { return direct() ? std::max(filter_.even.rows, filter_.even.cols) / 2 : 0; }

  // `bordered` is the frame between `border` reflected pixels on every side.
  void operator()(const cv::Mat& bordered, int border, cv::Mat& magnitudes) const {
    const cv::Rect inner{border, border, bordered.cols - 2 * border, bordered.rows - 2 * border};
    if (!direct()) return by_transform(bordered(inner), magnitudes);
    std::vector<const double*> lines;
    for (int row = inner.y - filter_.even.rows / 2; row < bordered.rows; ++row)
      lines.push_back(bordered.ptr<double>(row) + inner.x - filter_.even.cols / 2);
    magnitudes.create(inner.size(), CV_64F);
    for (int row = 0; row < inner.height; ++row)
      quadrature_magnitudes(pair_, &lines[static_cast<std::size_t>(row)],
                            static_cast<std::size_t>(inner.width), magnitudes.ptr<double>(row));
  }

 private:
  // With more weights OpenCV's filter2D, which transforms the frame, is faster.
  bool direct() const { return pair_.even.size() <= 25 * 25; }

  void by_transform(const cv::Mat& values, cv::Mat& magnitudes) const {
    cv::Mat even, odd;
    cv::filter2D(values, even, CV_64F, filter_.even, {-1, -1}, 0, cv::BORDER_REFLECT | cv::BORDER_ISOLATED);
    cv::filter2D(values, odd, CV_64F, filter_.odd, {-1, -1}, 0, cv::BORDER_REFLECT | cv::BORDER_ISOLATED);
    cv::magnitude(even, odd, magnitudes);
  }

  Filter filter_;
  QuadraturePair pair_;
};

class Gabor {
 public:
  Gabor(const Params& params, const BuildInfo& info) : params_{params} {
    for (const auto& [sigma, wavelength] : params.bank)
      for (int angle = 0; angle < params.angles; ++angle)
        filters_.emplace_back(filter_of(params, sigma, wavelength, std::numbers::pi * angle / params.angles));
    for (const Filtering& filter : filters_) border_ = std::max(border_, filter.reach());
    std::vector<std::string> names;
    for (const std::string& cell : cell_names(params.grid, info.name))
      for (std::size_t kernel = 0; kernel < params.bank.size(); ++kernel)
        for (int angle = 0; angle < params.angles; ++angle)
          names.push_back(fmt::format("{}k{}.a{}", cell, kernel, angle));
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    known_.set(KnownFeatures{*names_});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_measurable(frame, mask, "gabor", params_.photometric)) return *error;
    if (auto error = require_values(frame, "gabor")) return *error;
    cv::Mat values;
    frame.pixels.convertTo(values, CV_64F);
    if (!frame.valid.empty()) {
      if (values.data == frame.pixels.data) values = values.clone();
      values.setTo(cv::mean(values, frame.valid), frame.valid == 0);
    }
    if (!cv::checkRange(values))
      return Error{"not_finite", "gabor got a frame with values that are not finite"};
    const cv::Mat counted = selected(frame, mask, params_.label);
    const std::vector<cv::Rect> cells = cells_of(params_.grid, values.size());
    std::vector<double> features(names_->size());
    cv::Mat bordered, magnitude;
    cv::copyMakeBorder(values, bordered, border_, border_, border_, border_, cv::BORDER_REFLECT);
    for (std::size_t i = 0; i < filters_.size(); ++i) {
      filters_[i](bordered, border_, magnitude);
      for (std::size_t cell = 0; cell < cells.size(); ++cell)
        features[cell * filters_.size() + i] =
            strength(magnitude(cells[cell]), counted.empty() ? counted : counted(cells[cell]));
    }
    return Features{names_, std::move(features), frame.units, std::string{name(frame.photometric)}};
  }

 private:
  double strength(const cv::Mat& magnitude, const cv::Mat& counted) const {
    if (count_pixels(magnitude, counted) == 0) return std::nan("");
    const double mean = cv::mean(magnitude, counted)[0];
    return params_.log ? std::log(mean + log_floor) : mean;
  }

  Params params_;
  std::vector<Filtering> filters_;
  int border_ = 0;  // how far the filters reach beyond the frame
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<Gabor, Params> registered{
    NodeSpec{"gabor",
             "Mean magnitudes of Gabor filters; <name>.k0.a1 is of the first pair of the bank and the second "
             "angle. Where a mask labels nothing, they are missing."}
        .param(&Params::bank, "bank", range(0.3, 256), "[sigma, wavelength] of each kernel, in pixels.")
        .param(&Params::angles, "angles", range(1, 64), "How many between 0 and 180 degrees.")
        .param(&Params::aspect, "aspect", range(0.1, 10), "Sigma along the wave over sigma across it.")
        .param(&Params::kernel, "kernel", any(), "What the kernels are.")
        .param(&Params::log, "log", any(), "Give log(magnitude + 0.05).")
        .param(&Params::grid, "grid", grid_range(), grid_sentence)
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported, monochrome1, codes_not_supported, geometry_mismatch, no_valid_pixels,
                 pixels_not_finite})
        .example("- gabor: {bank: [[1.2, 3], [2, 5], [3.2, 9]], angles: 8}")};

}  // namespace
}  // namespace radflow
