// window: values of interest to shades, by DICOM PS3.3 C.11.2. Always gives MONOCHROME2: MONOCHROME1 is
// inverted. Without parameters the frame's first window is used, or its first VOI LUT if it has no window; a
// frame with neither is an error. Shades are 0..255 (u8), 0..65535 (u16) or 0..1 (f32), in units "display".
//   - window: {center: 40, width: 400}
#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/kept.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/simd/ramp.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class Function { Auto, Linear, LinearExact, Sigmoid, VoiLut };
Choices<Function> choices_of(Function) {
  return {{Function::Auto, "auto", "What the frame's window says; linear for a given one."},
          {Function::Linear, "linear", "The ramp of PS3.3 C.11.2.1.2.1."},
          {Function::LinearExact, "linear_exact", "The exact ramp of PS3.3 C.11.2.1.3.2."},
          {Function::Sigmoid, "sigmoid", "The S-curve of PS3.3 C.11.2.1.3.1."},
          {Function::VoiLut, "voi_lut", "The frame's table, not its window."}};
}

// With OpenCV's depths.
enum class Output { U8 = CV_8U, U16 = CV_16U, F32 = CV_32F };
Choices<Output> choices_of(Output) {
  return {{Output::U8, "u8", "0..255."}, {Output::U16, "u16", "0..65535."}, {Output::F32, "f32", "0..1."}};
}

struct Params {
  std::optional<double> center;
  std::optional<double> width;
  Function function = Function::Auto;
  Output output = Output::U8;
};

// PS3.3 C.11.2.1.2 and C.11.2.1.3: the shade of a value, 0..1.
double shade(const VoiWindow& window, double x) {
  const double c = window.center, w = window.width;
  switch (window.function) {
    case VoiWindow::Function::Linear:
      if (x <= c - 0.5 - (w - 1) / 2) return 0;
      if (x > c - 0.5 + (w - 1) / 2) return 1;
      return (x - (c - 0.5)) / (w - 1) + 0.5;
    case VoiWindow::Function::LinearExact:
      return std::clamp((x - c) / w + 0.5, 0.0, 1.0);
    case VoiWindow::Function::Sigmoid:
      return 1 / (1 + std::exp(-4 * (x - c) / w));
  }
  return 0;
}

// PS3.3 C.11.1.1: values before the first entry take it, values behind the last one that.
double shade(const VoiLut& lut, double x) {
  const double last = static_cast<double>(lut.entries.size()) - 1;
  const double index = std::clamp(std::floor(x - lut.first + 0.5), 0.0, last);
  return lut.entries[static_cast<std::size_t>(index)] / (std::exp2(lut.bits) - 1);
}

// `shade_of` of every pixel, times the depth's white, from white downwards if `inverted`.
// NaN has no shade: black.
template <typename Shade>
cv::Mat shaded(const cv::Mat& pixels, int depth, bool inverted, Shade&& shade_of) {
  const double white = depth == CV_8U ? 255 : depth == CV_16U ? 65535 : 1;
  const auto displayed = [&](double value) {
    const double y = shade_of(value);
    return std::isnan(y) ? 0 : (inverted ? 1 - y : y) * white;
  };
  cv::Mat result(pixels.size(), depth);
  cv::Mat shades(1, pixels.cols, CV_64F);
  for_depth(pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    constexpr bool small = sizeof(T) <= 2;  // a table of all values, unless the image is smaller still
    constexpr int low = small ? std::numeric_limits<T>::min() : 0;
    constexpr int high = small ? std::numeric_limits<T>::max() : 0;
    std::vector<double> table;
    if (small && static_cast<std::size_t>(high - low) < pixels.total())
      for (int value = low; value <= high; ++value) table.push_back(displayed(value));
    for (int row = 0; row < pixels.rows; ++row) {
      const T* line = pixels.ptr<T>(row);
      auto* out = shades.ptr<double>();
      for (int column = 0; column < pixels.cols; ++column)
        out[column] = table.empty() ? displayed(line[column]) : table[static_cast<int>(line[column]) - low];
      shades.convertTo(result.row(row), depth);  // rounds to nearest
    }
  });
  return result;
}

class Window {
 public:
  explicit Window(const Params& params) : params_{params} {
    if (params.center.has_value() != params.width.has_value())
      throw ParamError{params.center ? "center" : "width", "needs center and width together"};
    if (params.function == Function::VoiLut && params.center)
      throw ParamError{"function", "voi_lut takes the frame's table, not a center and width"};
    depth_ = static_cast<int>(params.output);
  }

  Known known() const { return Known{}.set(KnownMeaning{"display", "MONOCHROME2"}).set(KnownLevels{0}); }

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "window")) return *error;
    const bool inverted = frame.photometric == Photometric::Monochrome1;
    const bool has_window =
        params_.center || (params_.function != Function::VoiLut && !frame.windows.empty());
    if (has_window) {
      const VoiWindow window = chosen(frame);
      if (!std::isfinite(window.center) || !(window.width >= least_width(window)))
        return Error{"bad_window",
                     "the frame's window has no usable center and width: give `center` and `width`"};
      const std::optional<Ramp> ramp = ramp_of(window, inverted);
      return shown(frame,
                   ramp && frame.pixels.depth() <= CV_32F && frame.pixels.depth() != CV_32S
                       ? ramped(frame.pixels, *ramp)
                       : shaded(frame.pixels, depth_, inverted, [&](double x) { return shade(window, x); }));
    }
    if (frame.voi_luts.empty() ||
        (params_.function != Function::Auto && params_.function != Function::VoiLut))
      return Error{"no_window", "the frame has no window: give `center` and `width`"};
    const VoiLut& lut = frame.voi_luts.front();
    if (lut.entries.empty() || lut.bits < 1) return Error{"bad_window", "the frame's VOI LUT is empty"};
    return shown(frame, shaded(frame.pixels, depth_, inverted, [&](double x) { return shade(lut, x); }));
  }

 private:
  // What kernels know to 8 bit; the first and last shade of LINEAR are those of its ramp after rounding.
  std::optional<Ramp> ramp_of(const VoiWindow& window, bool inverted) const {
    if (depth_ != CV_8U || window.function == VoiWindow::Function::Sigmoid) return std::nullopt;
    const bool exact = window.function == VoiWindow::Function::LinearExact;
    const Ramp ramp{exact ? window.center : window.center - 0.5, exact ? window.width : window.width - 1,
                    inverted};
    return ramp.width > 0 ? std::optional{ramp} : std::nullopt;
  }
  cv::Mat ramped(const cv::Mat& pixels, const Ramp& ramp) const {
    cv::Mat result(pixels.size(), CV_8U);
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      if constexpr (sizeof(T) <= 2) {
        const auto kernel =
            std::get<Kept<Ramp, IntegerRamp<T>>>(kept_).get(ramp, [&] { return IntegerRamp<T>{ramp}; });
        for_each_line<T>(pixels, result, [&](const T* line, std::size_t count, std::uint8_t* shades) {
          (*kernel)(line, count, shades);
        });
      } else if constexpr (std::is_same_v<T, float>) {
        for_each_line<T>(pixels, result, [&](const T* line, std::size_t count, std::uint8_t* shades) {
          apply_ramp(ramp, line, count, shades);
        });
      }
    });
    return result;
  }
  // Rows that follow each other without gaps are one line.
  template <typename T, typename Call>
  static void for_each_line(const cv::Mat& pixels, cv::Mat& result, const Call& call) {
    const int lines = pixels.isContinuous() ? 1 : pixels.rows;
    for (int row = 0; row < lines; ++row)
      call(pixels.ptr<T>(row), pixels.total() / lines, result.ptr<std::uint8_t>(row));
  }

  VoiWindow chosen(const Frame& frame) const {
    VoiWindow window = params_.center ? VoiWindow{.center = *params_.center, .width = *params_.width}
                                      : frame.windows.front();
    if (params_.function == Function::Linear) window.function = VoiWindow::Function::Linear;
    if (params_.function == Function::LinearExact) window.function = VoiWindow::Function::LinearExact;
    if (params_.function == Function::Sigmoid) window.function = VoiWindow::Function::Sigmoid;
    return window;
  }
  // PS3.3: at least 1 for LINEAR, above 0 for the others.
  static double least_width(const VoiWindow& window) {
    return window.function == VoiWindow::Function::Linear ? 1 : std::numeric_limits<double>::min();
  }
  Frame shown(const Frame& frame, cv::Mat shades) const {
    Frame result = frame.with_pixels(std::move(shades));
    result.photometric = Photometric::Monochrome2;
    result.units = "display";
    result.bits_stored = depth_ == CV_8U ? 8 : depth_ == CV_16U ? 16 : 32;
    result.levels = 0;
    result.windows.clear();
    result.voi_luts.clear();
    return result;
  }

  Params params_;
  int depth_ = CV_8U;
  std::tuple<Kept<Ramp, IntegerRamp<std::uint8_t>>, Kept<Ramp, IntegerRamp<std::int8_t>>,
             Kept<Ramp, IntegerRamp<std::uint16_t>>, Kept<Ramp, IntegerRamp<std::int16_t>>>
      kept_;
};

const Register<Window, Params> registered{
    NodeSpec{"window", "Turns values into shades by a window or VOI LUT; always gives MONOCHROME2."}
        .param(&Params::center, "center", any(),
               "Centre in the frame's units; with width, instead of the frame's own.")
        .param(&Params::width, "width", at_least(1e-6), "Width in the frame's units; at least 1 for linear.")
        .param(&Params::function, "function", any(), "How values within the window become shades.")
        .param(&Params::output, "output", any(), "What shades are.")
        .keeps_known<KnownSize>()
        .errors({colour_not_supported,
                 {"no_window", "The frame has no window, and none is given."},
                 {"bad_window", "The frame's own window or VOI LUT is impossible."}})
        .example("- window: {center: 40, width: 400}")};

}  // namespace
}  // namespace radflow
