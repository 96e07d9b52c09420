#include "nodes/decode/mask.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>

#include "graph/text.hpp"

namespace radflow {
namespace {

Error bad(std::string why) { return {"bad_mask", "the mask of the record " + std::move(why)}; }

// Labels of 8 or 16 bit are kept as they are; wider ones have to fit.
Result<Mask> mask_of(const Frame& labels, const Frame& frame) {
  const cv::Mat& pixels = labels.pixels;
  if (pixels.channels() != 1) return bad("has colour: a label image has one channel");
  if (pixels.depth() == CV_32F || pixels.depth() == CV_64F)
    return bad("holds fractions: labels are integers");
  if (pixels.size() != frame.pixels.size())
    return bad(fmt::format("has {}x{} pixels, its image {}x{}", pixels.cols, pixels.rows, frame.pixels.cols,
                           frame.pixels.rows));
  double low = 0, high = 0;
  cv::minMaxIdx(pixels, &low, &high);
  if (low < 0 || high > Mask::most_labels)
    return bad(
        fmt::format("has the label {:.0f}: labels are 0 to {}", low < 0 ? low : high, Mask::most_labels));
  Mask mask{{}, {}, frame.geometry};
  pixels.convertTo(mask.labels, CV_16U);
  if (!frame.valid.empty()) mask.labels.setTo(0, frame.valid == 0);
  return mask;
}

}  // namespace

Result<std::vector<Mask>> read_masks(const Record& record, const Frames& frames, const ReadOptions& options,
                                     const Charge& charge) {
  std::vector<Mask> masks;
  const auto text = record.header(mask_header);
  if (!text) {
    if (record.header(mask_claim_header))
      return bad(
          fmt::format("lies elsewhere, as {} says, and the source did not fetch it", mask_claim_header));
    return masks;
  }
  std::optional<std::string> bytes = from_base64(*text);
  if (!bytes) return bad("is not base64");
  Record file;
  file.value = Bytes::of(*std::move(bytes));
  ReadOptions plain = options;
  plain.rescale = false;
  const Result<Frames> labels = read_frames(format_of(file), file, plain, charge);
  if (!labels) return bad("cannot be read: " + labels.error().detail);
  if (labels->size() != frames.size())
    return bad(fmt::format("has {} images, the record {}", labels->size(), frames.size()));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!(*labels)[i].value) return bad("cannot be read: " + (*labels)[i].value.error().detail);
    if (!frames[i].value) {  // its mask goes with it
      masks.emplace_back();
      continue;
    }
    Result<Mask> mask = mask_of(*(*labels)[i].value, *frames[i].value);
    if (!mask) return mask.error();
    masks.push_back(*std::move(mask));
  }
  return masks;
}

}  // namespace radflow
