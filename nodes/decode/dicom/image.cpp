#include "nodes/decode/dicom/image.hpp"

#include <fmt/format.h>

#include "nodes/decode/dicom/geometry.hpp"
#include "nodes/decode/register_reader.hpp"

namespace radflow {
namespace {

// A frame outlives the file.
cv::Mat owned(const cv::Mat& samples) { return samples.u ? samples : samples.clone(); }

// The smallest depth of OpenCV that holds the stored values, by their bits and sign. Unsigned 32 bit: CV_64F.
cv::Mat narrowed(const cv::Mat& samples, const PixelLayout& layout) {
  if (layout.kind != PixelElement::Kind::Integer) return owned(samples);
  const int bits = layout.bits_stored;
  int depth = layout.is_signed ? CV_32S : bits == 32 ? CV_64F : CV_32S;
  if (bits <= 16) depth = layout.is_signed ? CV_16S : CV_16U;
  if (bits <= 8) depth = layout.is_signed ? CV_8S : CV_8U;
  if (depth == samples.depth()) return owned(samples);
  cv::Mat out;
  samples.convertTo(out, depth);
  return out;
}

// UIDs, the modality and the body part; nothing that names a patient.
std::vector<std::pair<std::string, std::string>> read_ids(DcmItem& dataset) {
  std::vector<std::pair<std::string, std::string>> ids;
  for (const auto& [name, tag] :
       {std::pair{"StudyInstanceUID", DCM_StudyInstanceUID},
        std::pair{"SeriesInstanceUID", DCM_SeriesInstanceUID},
        std::pair{"SOPInstanceUID", DCM_SOPInstanceUID}, std::pair{"SOPClassUID", DCM_SOPClassUID},
        std::pair{"Modality", DCM_Modality}, std::pair{"BodyPartExamined", DCM_BodyPartExamined}})
    if (auto value = text_of(dataset, tag); !value.empty()) ids.emplace_back(name, std::move(value));
  return ids;
}

}  // namespace

Result<DicomImage> DicomImage::open(ByteSpan bytes, const ReadOptions& options, const Charge& charge,
                                    Elements elements) {
  auto file = parse_dicom(bytes, charge, options.warn, elements);
  if (!file) return file.error();
  if (!file->pixels) {
    const char* name = dcmFindNameOfUID(file->sop_class.c_str());
    const char* sop_class = name ? name : "of unknown class";
    // What has Rows is an image, of which the pixels were left out or cut off.
    return Error{
        "no_pixel_data",
        has(*file->dataset, DCM_Rows)
            ? fmt::format("the object ({}) has Rows but no pixel data: the file ends before them, or "
                          "they were left out",
                          sop_class)
            : fmt::format("the object is no image ({})", sop_class)};
  }
  if (file->syntax.codec == Codec::Unsupported) {
    const bool is_uid = file->syntax.uid.find_first_not_of("0123456789.") == std::string::npos;
    return Error{"unsupported_transfer_syntax",  // any other text may be a name
                 is_uid ? fmt::format("{} ({})", file->syntax.uid, file->syntax.name) : "it is no UID"};
  }
  DicomImage image;
  image.options_ = options;
  image.charge_ = charge;
  image.file_ = std::make_unique<DicomFile>(*std::move(file));
  auto layout = read_layout(*image.file_, options);
  if (!layout) return layout.error();
  image.layout_ = *std::move(layout);
  auto map = FrameMap::make(*image.file_, image.layout_, options.warn);
  if (!map) return map.error();
  image.map_ = *std::move(map);
  if (image.layout_.photometric == "PALETTE COLOR") {
    auto palette = Palette::read(image.dataset(), image.layout_);
    if (!palette) return palette.error();
    image.palette_ = *std::move(palette);
  }
  image.ids_ = read_ids(image.dataset());
  image.plane_offsets_ = read_plane_offsets(image.dataset(), static_cast<std::size_t>(image.layout_.frames));
  return image;
}

Result<StoredFrame> DicomImage::stored(std::int64_t frame) const {
  return stored_frame(*file_, layout_, map_, frame, charge_, options_.warn);
}

Result<Frame> DicomImage::frame(std::int64_t index) const {
  auto stored = this->stored(index);
  if (!stored) return stored.error();
  const FrameTags tags{dataset(), static_cast<unsigned long>(index)};
  auto frame =
      layout_.is_monochrome() ? grey_frame(tags, *std::move(stored)) : colour_frame(*std::move(stored));
  if (!frame) return frame;
  frame->modality = text_of(dataset(), DCM_Modality);
  frame->geometry = geometry(index);
  return frame;
}

Result<Frame> DicomImage::colour_frame(StoredFrame stored) const {
  Frame frame;
  frame.photometric = Photometric::Rgb;
  frame.bits_stored = palette_ ? palette_->bits() : layout_.bits_stored;
  if (palette_) {
    frame.pixels = palette_->apply(stored.samples);
    return frame;
  }
  if (stored.colour != ColourModel::Rgb) ybr_to_rgb(stored.samples, stored.colour, layout_.bits_stored);
  frame.pixels = narrowed(stored.samples, layout_);
  return frame;
}

Result<Frame> DicomImage::grey_frame(const FrameTags& tags, StoredFrame stored) const {
  Frame frame;
  frame.photometric =
      layout_.photometric == "MONOCHROME1" ? Photometric::Monochrome1 : Photometric::Monochrome2;
  frame.bits_stored = layout_.bits_stored;
  if (options_.use_padding) frame.valid = validity(dataset(), layout_, stored.samples);
  auto transform = modality_transform(tags, layout_);
  if (!transform) return transform.error();
  Voi voi = read_voi(tags, layout_, *transform);
  if (options_.rescale) {
    if (const Warn& warn = options_.warn; warn && transform->slope == 0)
      warn({"rescale_slope", fmt::format("RescaleSlope is 0: all pixels are {}", transform->intercept)});
    frame.pixels = apply(*transform, stored.samples);
    frame.units = transform->units;
  } else {
    frame.pixels = narrowed(stored.samples, layout_);
    voi = to_stored_units(voi, *transform);
  }
  frame.windows = std::move(voi.windows);
  frame.voi_luts = std::move(voi.luts);
  return frame;
}

Geometry DicomImage::geometry(std::int64_t frame) const {
  return read_geometry(FrameTags{dataset(), static_cast<unsigned long>(frame)}, plane_offsets_,
                       static_cast<std::size_t>(frame));
}

Identity DicomImage::identity(std::int64_t frame) const {
  Identity identity{static_cast<std::uint32_t>(frame), static_cast<std::uint32_t>(layout_.frames), ids_};
  if (layout_.frames > 1 || has(dataset(), DCM_NumberOfFrames))
    identity.ids.emplace_back("FrameNumber", std::to_string(frame + 1));
  return identity;
}

std::uint64_t DicomImage::frame_bytes() const {
  const bool wide = layout_.kind == PixelElement::Kind::Double || layout_.bits_allocated == 32;
  std::uint64_t pixel = wide ? 8 : 4;  // rescaled
  if (options_.use_padding && has(dataset(), DCM_PixelPaddingValue)) pixel += 1;
  if (!layout_.is_monochrome()) pixel = wide ? 24 : 6;
  return static_cast<std::uint64_t>(layout_.pixels()) * pixel + sizeof(Part<Frame>);
}

namespace {

Result<Frames> read_dicom(ByteSpan bytes, const ReadOptions& options, const Charge& charge) {
  auto image = DicomImage::open(bytes, options, charge, Elements::Read);
  if (!image) return image.error();
  const std::int64_t count = image->layout().frames;
  // FrameMap has bounded how many frames are missing; the frames that are there fit in the file.
  const std::uint64_t each = image->frame_bytes();
  if (static_cast<std::uint64_t>(count) > (std::uint64_t{1} << 62) / each)
    return Error{"too_large", fmt::format("{} frames of {} bytes", count, each)};
  if (charge)
    if (auto refused = charge(each * static_cast<std::uint64_t>(count))) return *std::move(refused);
  Frames frames;
  frames.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) frames.push_back({image->frame(i), image->identity(i)});
  if (count == 1 && !frames.front().value) return frames.front().value.error();
  return frames;
}

const RegisterReader registered{Format::Dicom, &read_dicom};

}  // namespace
}  // namespace radflow
