// resize: each frame or mask to a size in pixels, to pixels of a size in mm, or by a factor. The default equals
// scikit-image's transform.resize (0.19.3: order 1, mode reflect, anti-aliasing where it shrinks) but keeps depth and value
// range; with `to_float` before it the numbers are the same. Spacing is scaled and the origin moves by half the difference
// of the pixel sizes.
//   - resize: {width: 256, height: 256}
//   - resize: {spacing: [1, 1], interpolation: bspline}
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/countable.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/kept.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/resample.hpp"
#include "nodes/imaging/spline.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<int> width;
  std::optional<int> height;
  Interpolation interpolation = Interpolation::Linear;
  bool anti_aliasing = true;
  std::optional<std::array<double, 2>> spacing;
  std::optional<double> factor;
  std::optional<Precision> precision;
};

constexpr double most_along_axis = 1e8;        // pixels
constexpr std::size_t bytes_of_weights = 128;  // a row or column that an axis gets takes so many

class Resize {
 public:
  Resize(const Params& params, const BuildInfo& info) : params_{params} {
    if (params.width.has_value() != params.height.has_value())
      throw ParamError{params.width ? "width" : "height", "needs `width` and `height` together"};
    if (params.width.has_value() + params.spacing.has_value() + params.factor.has_value() > 1)
      throw ParamError{"", "takes one of `width` with `height`, `spacing` and `factor`"};
    const auto* before = info.known.empty() ? nullptr : info.known.front().get<KnownSize>();
    if (params.width)
      known_.set(KnownSize{*params.width, *params.height});
    else if (params.factor && before)
      known_.set(KnownSize{across(before->width, {}).pixels, down(before->height, {}).pixels});
  }

  Known known() const { return known_; }

  // Errors: codes_not_supported, spacing_unknown, too_small, too_large.
  Result<Payload> operator()(const Picture& picture, const Context& context) const {
    const Interpolation interpolation = is_mask(picture) ? Interpolation::Nearest : params_.interpolation;
    return changed(picture, [&](const Frame& frame) { return resized(frame, interpolation, context); });
  }

 private:
  // The new length of an axis, and how many old pixels wide a new one is.
  struct Length {
    int pixels;
    double factor;
  };
  Length across(int old, const Geometry& geometry) const {
    return length(old, params_.width,
                  params_.spacing && geometry.spacing ? (*params_.spacing)[0] / geometry.spacing->column : 1);
  }
  Length down(int old, const Geometry& geometry) const {
    return length(old, params_.height,
                  params_.spacing && geometry.spacing ? (*params_.spacing)[1] / geometry.spacing->row : 1);
  }
  // Pixels of a size in mm are exactly of that size, and as many as come nearest to the frame's length; otherwise the
  // length stays.
  Length length(int old, const std::optional<int>& pixels, double step) const {
    if (pixels) return {*pixels, static_cast<double>(old) / *pixels};
    const double wanted =
        std::clamp(std::round(params_.factor ? old * *params_.factor : old / step), 1.0, 1e9);
    return {static_cast<int>(wanted), params_.factor ? old / wanted : step};
  }

  Result<Frame> resized(const Frame& frame, Interpolation interpolation, const Context& context) const {
    if (interpolation != Interpolation::Nearest)
      if (auto error = require_values(frame, "resize with an interpolation other than nearest"))
        return *error;
    if (params_.spacing && !frame.geometry.spacing)
      return Error{"spacing_unknown",
                   "resize to pixels of a size in mm got a frame whose pixels have no known size"};
    const int rows = frame.pixels.rows, columns = frame.pixels.cols;
    if (auto error = no_length(frame)) return *error;
    const Length height = down(rows, frame.geometry), width = across(columns, frame.geometry);
    if (rows == height.pixels && columns == width.pixels && height.factor == 1 && width.factor == 1)
      return frame;
    if (const std::size_t bytes = enlarging(frame, height.pixels, width.pixels))
      if (auto error = context.charge(bytes)) return *error;
    const auto weights = [&](int old, const Length& length, Interpolation kind) {
      return kept_.get(std::tuple{old, length.pixels, length.factor, kind}, [&] {
        return axis_weights(old, length.pixels, length.factor, kind, params_.anti_aliasing);
      });
    };
    const auto kept_rows = weights(rows, height, interpolation),
               kept_columns = weights(columns, width, interpolation);
    const AxisWeights &for_rows = *kept_rows, &for_columns = *kept_columns;

    Frame result = frame;
    if (interpolation == Interpolation::BSpline)
      result.pixels = splined(frame, for_rows, for_columns, *weights(rows, height, Interpolation::Nearest),
                              *weights(columns, width, Interpolation::Nearest));
    else
      result.pixels =
          resample(frame.pixels, for_rows, for_columns, params_.precision.value_or(Precision::Float32));
    if (interpolation == Interpolation::Cubic) keep_range(frame.pixels, {}, result.pixels);
    if (!frame.valid.empty()) result.valid = resample_valid(frame.valid, for_rows, for_columns);
    const double x = width.factor, y = height.factor;
    result.geometry = remapped(frame.geometry, {x, 0, (x - 1) / 2, 0, y, (y - 1) / 2});
    return result;
  }

  // The size of a file's pixels may be anything: nothing is computed of a length that makes no sense.
  std::optional<Error> no_length(const Frame& frame) const {
    if (!params_.spacing) return std::nullopt;
    const auto [row_mm, column_mm] = *frame.geometry.spacing;
    const auto [x, y] = *params_.spacing;
    const double across = frame.pixels.cols * (column_mm / x), down = frame.pixels.rows * (row_mm / y);
    const auto said = [&] {
      return fmt::format(
          "resize to pixels of {:.6g}x{:.6g} mm got a frame of {}x{} pixels of {:.6g}x{:.6g} mm", x, y,
          frame.pixels.cols, frame.pixels.rows, column_mm, row_mm);
    };
    for (const double pixels : {across, down}) {
      if (!(pixels >= 0.5)) return Error{"too_small", said() + ": less than half a pixel along an axis"};
      if (pixels > most_along_axis)
        return Error{"too_large", said() + ": more than 100 million pixels along an axis"};
    }
    return std::nullopt;
  }

  // Where a new pixel has a part in padding, or in what is not finite, it takes the nearest old one instead.
  static cv::Mat splined(const Frame& frame, const AxisWeights& rows, const AxisWeights& columns,
                         const AxisWeights& nearest_row, const AxisWeights& nearest_column) {
    const cv::Mat counts = countable(frame.pixels, frame.valid);
    cv::Mat smooth = resample(spline_coefficients(frame.pixels, counts), rows, columns);
    keep_range(frame.pixels, counts, smooth);
    smooth.convertTo(smooth, frame.pixels.depth());
    if (!counts.empty())
      resample(frame.pixels, nearest_row, nearest_column)
          .copyTo(smooth, resample_valid(counts, rows, columns) == 0);
    return smooth;
  }

  // What the result, the doubles on the way to it and the weights of new rows and columns take; 0 where it shrinks:
  // bounded by what `decode` asked for.
  static std::size_t enlarging(const Frame& frame, std::size_t height, std::size_t width) {
    const std::size_t rows = frame.pixels.rows, columns = frame.pixels.cols;
    const std::size_t added = (height > rows ? height - rows : 0) + (width > columns ? width - columns : 0);
    const std::size_t weights = added * bytes_of_weights;
    if (height * width <= frame.pixels.total()) return weights;
    const std::size_t doubles = height < rows ? 0 : rows * width * frame.pixels.channels() * sizeof(double);
    return height * width * (frame.pixels.elemSize() + (frame.valid.empty() ? 0 : 1)) + doubles + weights;
  }

  Params params_;
  Known known_;
  Kept<std::tuple<int, int, double, Interpolation>, AxisWeights> kept_;  // an axis's weights
};

const Register<Resize, Params> registered{
    NodeSpec{"resize",
             "Resamples each frame or mask to a size in pixels, to pixels of a size in mm or by a factor; "
             "keeps depth and "
             "value range. A result that is larger than the graph's `memory` is an error (too_large)."}
        .param(&Params::width, "width", range(1, 16384), "Columns of the result, with `height`.")
        .param(&Params::height, "height", range(1, 16384), "Rows of the result.")
        .param(&Params::interpolation, "interpolation", any(),
               "How a new pixel gets its value; masks take the nearest label.")
        .param(&Params::anti_aliasing, "anti_aliasing", any(),
               "Smooths before shrinking: a Gaussian of sigma (factor - 1) / 2 pixels; for linear, cubic and "
               "bspline.")
        .param(&Params::spacing, "spacing", range(1e-4, 1e4),
               "[x, y]: the distance in mm of the columns and of the rows of the result, exactly. Instead of "
               "a size.")
        .param(&Params::factor, "factor", range(1e-3, 1e3),
               "How many times as many pixels along both axes, rounded; as scikit-image's rescale. Instead "
               "of a size.")
        .param(&Params::precision, "precision", any(), precision_sentence)
        .any_of({"width", "spacing", "factor"})
        .keeps_known<KnownMeaning, KnownLevels>()
        .errors(
            {codes_not_supported,
             {"spacing_unknown",
              "`spacing` is given, and the size of the frame's pixels in mm is not known."},
             {"too_small", "`spacing` is given, and the frame is less than half such a pixel along an axis."},
             too_large})
        .example("- resize: {width: 256, height: 256}")};

}  // namespace
}  // namespace radflow
