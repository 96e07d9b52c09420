// to_grey: colour to one grey channel, MONOCHROME2, in the depth and range of the colours. A frame that is grey
// already passes as it is.
//   - to_grey: {method: luma}
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

enum class Method { Luma, Channel, Mean };
Choices<Method> choices_of(Method) {
  return {
      {Method::Luma, "luma", "0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), as OpenCV's conversion."},
      {Method::Channel, "channel", "One of the three: `channel` says which."},
      {Method::Mean, "mean", "The mean of the three."}};
}

// In the order of a pixel's samples.
enum class Channel { Red, Green, Blue };
Choices<Channel> choices_of(Channel) {
  return {
      {Channel::Red, "red", "Red."}, {Channel::Green, "green", "Green."}, {Channel::Blue, "blue", "Blue."}};
}

struct Params {
  Method method = Method::Luma;
  std::optional<Channel> channel;
};

class ToGrey {
 public:
  explicit ToGrey(const Params& params) : method_{params.method} {
    if (params.channel.has_value() != (params.method == Method::Channel))
      throw ParamError{
          params.channel ? "channel" : "method",
          params.channel ? "is for `method: channel` only" : "channel needs `channel: red`, green or blue"};
    if (params.channel) channel_ = static_cast<int>(*params.channel);
  }

  Frame operator()(const Frame& frame) const {
    if (frame.pixels.channels() == 1) return frame;
    Frame grey = frame.with_pixels(grey_of(frame.pixels));
    grey.photometric = Photometric::Monochrome2;
    return grey;
  }

 private:
  cv::Mat grey_of(const cv::Mat& rgb) const {
    cv::Mat grey;
    if (method_ == Method::Channel)
      cv::extractChannel(rgb, grey, channel_);
    else if (method_ == Method::Mean)
      grey = weighted(rgb, 1, 1, 1);
    else if (rgb.depth() == CV_8U || rgb.depth() == CV_16U || rgb.depth() == CV_32F)
      cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
    else  // depths that OpenCV's conversion does not take
      grey = weighted(rgb, 0.299, 0.587, 0.114);
    return grey;
  }

  // Integers are rounded to nearest. Divided at the end: thirds of equal integers would not add up to them.
  static cv::Mat weighted(const cv::Mat& rgb, double red, double green, double blue) {
    const double sum = red + green + blue;
    cv::Mat grey(rgb.size(), rgb.depth());
    for_depth(rgb.depth(), [&](auto zero) {
      using T = decltype(zero);
      for (int row = 0; row < rgb.rows; ++row) {
        const T* from = rgb.ptr<T>(row);
        T* to = grey.ptr<T>(row);
        for (int column = 0; column < rgb.cols; ++column, from += 3)
          to[column] = cv::saturate_cast<T>((red * from[0] + green * from[1] + blue * from[2]) / sum);
      }
    });
    return grey;
  }

  Method method_;
  int channel_ = 0;
};

const Register<ToGrey, Params> registered{
    NodeSpec{"to_grey", "Makes one grey channel of colour; a grey frame passes as it is."}
        .param(&Params::method, "method", any(), "What a grey value is of the three colours.")
        .param(&Params::channel, "channel", any(), "Which, for `method: channel`.")
        .keeps_known<KnownSize>()
        .example("- to_grey: {method: luma}")};

}  // namespace
}  // namespace radflow
