// wavelet: how much of a frame lies in each band of a discrete wavelet transform: PyWavelets' wavedec2. `h1` holds what changes
// down the rows at the finest level (horizontal edges), `v1` what changes along them, `d1` both, `a3` what is left after the
// third level. A coefficient in which padding has a part, or what a mask leaves out, does not count; where none does, the
// features of the band are missing.
//   - wavelet: {family: db2, mode: symmetric, levels: 3}
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/features/wavelet_filters.hpp"
#include "nodes/imaging/countable.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

enum class Measure { Energy, Magnitude, Deviation };
Choices<Measure> choices_of(Measure) {
  return {{Measure::Energy, "energy", "The mean of the squares of the coefficients."},
          {Measure::Magnitude, "magnitude", "The mean of their absolute values."},
          {Measure::Deviation, "deviation", "Their standard deviation, of the whole population."}};
}

struct Params {
  Wavelet family = Wavelet::Db2;
  WaveletMode mode = WaveletMode::Symmetric;
  int levels = 3;
  std::vector<Measure> of = {Measure::Energy, Measure::Magnitude, Measure::Deviation};
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

// Coefficients, and 255 where one counts; empty: all do.
struct Band {
  cv::Mat values, counts;
};

class WaveletBands {
 public:
  WaveletBands(const Params& params, const BuildInfo& info) : params_{params}, filters_{params.family} {
    std::vector<std::string> names;
    const auto add = [&](char band, int level) {
      for (const Measure which : params.of)
        names.push_back(fmt::format("{}.{}{}.{}", info.name, band, level, choice_name(which)));
    };
    for (int level = 1; level <= params.levels; ++level)
      for (const char band : {'h', 'v', 'd'}) add(band, level);
    add('a', params.levels);
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    known_.set(KnownFeatures{*names_});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_measurable(frame, mask, "wavelet", params_.photometric)) return *error;
    if (auto error = require_values(frame, "wavelet")) return *error;
    const int most = filters_.most_levels(std::min(frame.pixels.rows, frame.pixels.cols));
    if (params_.levels > most)
      return Error{
          "frame_too_small",
          fmt::format(
              "wavelet of {} levels got a frame of {} x {} pixels, which has {}: beyond them the filter is "
              "longer than what is left",
              params_.levels, frame.pixels.cols, frame.pixels.rows, most)};
    Band rest{{}, selected(frame, mask, params_.label)};
    frame.pixels.convertTo(rest.values, CV_64F);
    if (!frame.valid.empty()) {
      if (rest.values.data == frame.pixels.data) rest.values = rest.values.clone();
      fill_uncounted(rest.values, frame.valid);
    }
    if (!cv::checkRange(rest.values))
      return Error{"not_finite", "wavelet got a frame with values that are not finite"};
    std::vector<double> values;
    values.reserve(names_->size());
    for (int level = 1; level <= params_.levels; ++level) {
      const Band low = along(rest, filters_.low), high = along(rest, filters_.high);  // along the rows
      add(down(low, filters_.high), values);
      add(down(high, filters_.low), values);
      add(down(high, filters_.high), values);
      rest = down(low, filters_.low);
    }
    add(rest, values);
    return Features{names_, std::move(values), frame.units, std::string{name(frame.photometric)}};
  }

 private:
  // Every second value of each row's convolution with the filter.
  Band along(const Band& from, const std::vector<double>& filter) const {
    const int size = from.values.cols, half = filters_.half(size), length = filters_.length();
    const bool all_count = from.counts.empty();
    Band to{cv::Mat(from.values.rows, half, CV_64F), {}};
    if (!all_count) to.counts = cv::Mat(from.values.rows, half, CV_8U);
    std::vector<int> places;  // in a line that goes on beyond its ends, as far as the filter reaches
    for (int at = 2 - length; at < 2 * half; ++at) places.push_back(extended(at, size, params_.mode));
    std::vector<double> line(places.size());
    std::vector<std::uint8_t> counts(places.size(), 255);
    for (int row = 0; row < from.values.rows; ++row) {
      for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i] < 0) continue;  // stays 0, and counts
        line[i] = from.values.ptr<double>(row)[places[i]];
        if (!all_count) counts[i] = *from.counts.ptr(row, places[i]);
      }
      for (int i = 0; i < half; ++i) {
        const auto last = static_cast<std::size_t>(2 * i + length - 1);
        double sum = 0;
        for (int k = 0; k < length; ++k) sum += filter[k] * line[last - k];
        to.values.ptr<double>(row)[i] = sum;
        if (all_count) continue;
        const auto end = counts.begin() + static_cast<std::ptrdiff_t>(last) + 1;
        *to.counts.ptr(row, i) = std::find(end - length, end, 0) == end ? 255 : 0;
      }
    }
    return to;
  }
  Band down(const Band& from, const std::vector<double>& filter) const {
    Band to = along({from.values.t(), from.counts.empty() ? cv::Mat{} : cv::Mat{from.counts.t()}}, filter);
    return {to.values.t(), to.counts.empty() ? cv::Mat{} : cv::Mat{to.counts.t()}};
  }

  void add(const Band& band, std::vector<double>& values) const {
    const double pixels = count_pixels(band.values, band.counts);
    for (const Measure which : params_.of) {
      if (pixels == 0) {
        values.push_back(std::nan(""));
      } else if (which == Measure::Deviation) {
        cv::Scalar mean, deviation;
        cv::meanStdDev(band.values, mean, deviation, band.counts);
        values.push_back(deviation[0]);
      } else {
        const bool squares = which == Measure::Energy;
        const cv::Mat terms = squares ? cv::Mat{band.values.mul(band.values)} : cv::Mat{cv::abs(band.values)};
        values.push_back(cv::mean(terms, band.counts)[0]);
      }
    }
  }

  Params params_;
  WaveletFilters filters_;
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<WaveletBands, Params> registered{
    NodeSpec{"wavelet",
             "What lies in the bands of a wavelet transform, to 1e-6 PyWavelets' wavedec2: <name>.h1.energy "
             "is of the "
             "horizontal edges of the finest level, v1 of vertical ones, d1 of diagonal ones, a3 of what is "
             "left after three "
             "levels. Where a mask labels nothing, all are missing."}
        .param(&Params::family, "family", any(), "The wavelet, by PyWavelets' name.")
        .param(&Params::mode, "mode", any(), "What stands beyond the frame's edge, by PyWavelets' name.")
        .param(&Params::levels, "levels", range(1, 10), "How often the frame is halved.")
        .param(&Params::of, "of", any(), "Which of each band, in this order.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported,
                 monochrome1,
                 codes_not_supported,
                 geometry_mismatch,
                 no_valid_pixels,
                 {"frame_too_small", "The frame has less levels than are asked for."},
                 pixels_not_finite})
        .example("- wavelet: {family: db2, mode: symmetric, levels: 3}")};

}  // namespace
}  // namespace radflow
