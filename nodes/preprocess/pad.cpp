// pad: puts pixels around each frame or mask, equally many on opposite sides; an odd one to the right or below. What is put
// there is `fill`, and padding, which statistics leave out; around a mask there is no label.
//   - pad: {width: 512, height: 512}
#include <algorithm>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<int> width;
  std::optional<int> height;
  int margin = 0;
  double fill = 0;
};

class Pad {
 public:
  Pad(const Params& params, const BuildInfo& info) : params_{params} {
    if (info.known.empty()) return;
    if (const auto* size = info.known.front().get<KnownSize>()) {
      const cv::Size after = padded({size->width, size->height});
      known_.set(KnownSize{after.width, after.height});
    }
  }

  Known known() const { return known_; }

  // Errors: too_large.
  Result<Payload> operator()(const Picture& picture, const Context& context) const {
    const double fill = is_mask(picture) ? 0 : params_.fill;
    return changed(picture, [&](const Frame& frame) -> Result<Frame> {
      const cv::Size size = frame.pixels.size();
      const cv::Size after = padded(size);
      if (after == size) return frame;
      const std::size_t pixels = static_cast<std::size_t>(after.width) * after.height;
      if (auto error = context.charge(pixels * (frame.pixels.elemSize() + 1))) return *error;
      const cv::Rect inner{(after.width - size.width) / 2, (after.height - size.height) / 2, size.width,
                           size.height};
      Frame result = frame.with_pixels(cv::Mat(after, frame.pixels.type(), cv::Scalar::all(fill)));
      frame.pixels.copyTo(result.pixels(inner));
      result.valid = cv::Mat::zeros(after, CV_8U);
      if (frame.valid.empty())
        result.valid(inner).setTo(255);
      else
        frame.valid.copyTo(result.valid(inner));
      result.geometry = remapped(frame.geometry, {1, 0, inner.x * -1.0, 0, 1, inner.y * -1.0});
      return result;
    });
  }

 private:
  cv::Size padded(const cv::Size& size) const {
    return {std::max(size.width + 2 * params_.margin, params_.width.value_or(0)),
            std::max(size.height + 2 * params_.margin, params_.height.value_or(0))};
  }

  Params params_;
  Known known_;
};

const Register<Pad, Params> registered{
    NodeSpec{"pad", "Puts padding around a frame or mask; what is large enough stays as it is."}
        .param(&Params::width, "width", range(1, 16384), "Columns that the result has at least.")
        .param(&Params::height, "height", range(1, 16384), "Rows that the result has at least.")
        .param(&Params::margin, "margin", range(0, 16384), "Pixels to put at every side at least.")
        .any_of({"width", "height", "margin"})
        .param(&Params::fill, "fill", any(), "Value of the padding, in the frame's units.")
        .keeps_known<KnownMeaning, KnownLevels>()
        .errors({too_large})
        .example("- pad: {width: 512, height: 512}")};

}  // namespace
}  // namespace radflow
