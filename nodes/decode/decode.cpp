// decode: frames out of the bytes of a record: DICOM, PNG, JPEG, TIFF or raw; one message per frame (page of a
// TIFF file). Pictures come as stored: the orientation that EXIF or a TIFF tag asks for is not applied.
//   - decode: {rescale: true}
#include "graph/node.hpp"
#include "nodes/decode/mask.hpp"
#include "nodes/decode/register_reader.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

Choices<Format> choices_of(Format) {
  return {{Format::Unknown, "auto", "By the content-type header, then by the first bytes."},
          {Format::Dicom, "dicom",
           "DICOM files in every transfer syntax of images, JPEG XL and deflated frames among them; no "
           "videos, no JPIP."},
          {Format::Png, "png", "PNG pictures."},
          {Format::Jpeg, "jpeg", "JPEG pictures."},
          {Format::Tiff, "tiff", "TIFF files; each page is a frame."},
          {Format::Raw, "raw", "Raw pixels, as the record's headers describe them."}};
}

namespace {

enum class Padding { Mask, Ignore };
Choices<Padding> choices_of(Padding) {
  return {{Padding::Mask, "mask", "They are left out of the image, as when this is absent."},
          {Padding::Ignore, "ignore",
           "They are read as any other, for a file whose padding value hides what it shows."}};
}

struct Params {
  bool rescale = true;
  std::int64_t max_pixels = ReadOptions{}.max_pixels;
  Format format = Format::Unknown;
  std::optional<Padding> padding;
};

class Decode {
 public:
  Decode(const Params& params, const BuildInfo& info)
      : options_{params.rescale, params.max_pixels},
        format_{params.format},
        pixels_{info.metrics->counter("pixels")} {
    options_.use_padding = params.padding != Padding::Ignore;
    if (format_ != Format::Unknown)
      if (const auto none = left_out(format_)) throw ParamError{"format", none->detail};
  }

  using Decoded = std::vector<Part<std::tuple<Frame, std::optional<Mask>>>>;

  // A record that is wrong as a whole is an Error; of one with some bad frames, the good ones go on.
  Result<Decoded> operator()(const Record& record, const Context& context) const {
    ReadOptions options = options_;
    options.warn = [&context](Error warning) { context.warn(std::move(warning)); };
    const Charge charge = [&context](std::size_t bytes) { return context.charge(bytes); };
    Result<Frames> frames =
        read_frames(format_ == Format::Unknown ? format_of(record) : format_, record, options, charge);
    if (!frames) return frames.error();
    for (Part<Frame>& frame : *frames)
      if (frame.value) {
        frame.value->geometry.source_columns = frame.value->pixels.cols;
        frame.value->geometry.source_rows = frame.value->pixels.rows;
      }
    Result<std::vector<Mask>> masks = read_masks(record, *frames, options, charge);
    if (!masks) return masks.error();
    Decoded decoded;
    decoded.reserve(frames->size());
    std::size_t pixels = 0;
    for (std::size_t i = 0; i < frames->size(); ++i) {
      Part<Frame>& frame = (*frames)[i];
      if (frame.value) pixels += frame.value->pixels.total();
      if (frame.value)
        decoded.push_back({std::tuple{*std::move(frame.value),
                                      masks->empty() ? std::nullopt : std::optional{std::move((*masks)[i])}},
                           std::move(frame.identity)});
      else
        decoded.push_back({frame.value.error(), std::move(frame.identity)});
    }
    pixels_.add(pixels);
    return decoded;
  }

 private:
  ReadOptions options_;
  Format format_;  // Unknown: told by each record
  Counter& pixels_;
};

const Register<Decode, Params> registered{
    NodeSpec{
        "decode",
        "Reads frames out of DICOM, PNG, JPEG, TIFF or raw bytes; one message per frame. What the header "
        "radflow-mask brings leaves at `decode.mask`."}
        .outputs({"out", "mask"})
        .first_is_main()
        .param(&Params::rescale, "rescale", any(),
               "DICOM: values in units (HU, BQML, GY, ...) as float32, from 32 bit as float64; false: as "
               "stored.")
        .param(&Params::max_pixels, "max_pixels", range(1, 4e9), "A frame with more pixels is an error.")
        .param(&Params::format, "format", any(), "What the bytes of records are.")
        .param(&Params::padding, "padding", any(), "DICOM: what becomes of pixels of PixelPaddingValue.")
        .headers(
            {{"content-type", "application/x-radflow-raw", "for raw pixels",
              "Raw pixels: rows from the top, without gaps, as the headers below say. Others: "
              "application/dicom, "
              "image/png, image/jpeg, image/tiff; absent: the first bytes tell."},
             {"radflow-rows", "integer, at least 1", "raw: required", "Rows."},
             {"radflow-columns", "integer, at least 1", "raw: required", "Columns."},
             {"radflow-depth", "u8, s8, u16, s16, s32, f32 or f64", "raw: required",
              "Of a sample: unsigned, signed or floating point, and its bits."},
             {"radflow-channels", "1 or 3", "raw: default 1",
              "3: red, green and blue of each pixel, one after another."},
             {"radflow-byte-order", "little or big", "raw: default little", "Of a sample's bytes."},
             {"radflow-units", "text", "raw: default stored", "Of the values: HU, BQML, ..."},
             {"radflow-modality", "text", "", "As DICOM's: CT, MR, DX, ..."},
             {"radflow-row-spacing", "number above 0", "",
              "mm between rows; only with radflow-column-spacing."},
             {"radflow-column-spacing", "number above 0", "", "mm between columns."},
             {std::string{mask_header}, "base64", "",
              "A label image beside the image: PNG, TIFF or DICOM of the same size, without colour; 0 is no "
              "label."},
             {"label", "text", "",
              "The class that an image is of: what `train` learns and `evaluate` compares with."},
             {"ce_dataref", "file:, http: or https: address", "",
              "Of a record without a value: where its bytes lie; the source fetches them (claim check)."},
             {"ce_datarefsha256", "64 hexadecimal digits", "", "Of those bytes; others are refused."},
             {std::string{mask_claim_header}, "file:, http: or https: address", "",
              "Where the mask lies; the source fetches it as it does the bytes, from the same places."},
             {std::string{mask_claim_sha256_header}, "64 hexadecimal digits", "",
              "Of the mask's bytes; others are refused."}})
        .errors(reader_errors)
        .errors({bad_mask})
        .warnings(reader_warnings)
        .counter("pixels", "Pixels of the frames that were read; divided by results, how large frames are.")
        .example("- decode: {rescale: true}")};

}  // namespace
}  // namespace radflow
