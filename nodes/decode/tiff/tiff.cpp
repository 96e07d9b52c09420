// TIFF by libtiff: every page (directory) a frame, as stored. The orientation that a file asks for is not
// applied: row 0 is the first stored row. Where white is zero the frame says MONOCHROME1.
#include <fmt/format.h>

#include "nodes/decode/register_reader.hpp"
#include "nodes/decode/tiff/pixels.hpp"
#include "nodes/decode/tiff/stack.hpp"

namespace radflow {
namespace {

Photometric photometric(const TiffLayout& layout) {
  if (layout.colour != TiffLayout::Colour::Grey) return Photometric::Rgb;
  return layout.white_is_zero ? Photometric::Monochrome1 : Photometric::Monochrome2;
}

// What a file holds besides the pages that become frames.
struct Besides {
  std::uint64_t pages = 0;
  std::uint64_t previews = 0;   // copies in a lower resolution, and masks
  std::uint64_t children = 0;   // images in directories below a page
  std::uint64_t described = 0;  // pages, by what the writer says of its stacks
  std::string_view writer;
  bool unknown_sample = false;

  void count(TIFF* tiff, const TiffLayout& layout) {
    const TiffStack stack = tiff_stack(tiff, layout.pixels() * static_cast<unsigned>(layout.samples));
    described += stack.images;
    if (stack.images > 0) writer = stack.writer;
    unknown_sample |= layout.unknown_sample;
  }
  void say(const std::function<void(Error)>& warn) const {
    if (!warn) return;
    if (described > pages)
      warn({"more_images", fmt::format("the TIFF file holds {} images, by what {} wrote into it, and has "
                                       "pages for {}: the others are not read; save it with a page for each",
                                       described, writer, pages)});
    if (children > 0)
      warn({"more_images", fmt::format("{} in sub-directories of the TIFF file are not read",
                                       children == 1 ? "an image" : fmt::format("{} images", children))});
    if (previews > 0)
      warn({"more_images",
            fmt::format("{} of the TIFF file, marked as copies in lower resolution or masks, are "
                        "left out",
                        previews == 1 ? "a page" : fmt::format("{} pages", previews))});
    if (unknown_sample)
      warn({"sample_left_out",
            "the TIFF file has a fourth sample beside RGB and does not say that it is "
            "alpha: it is left out"});
  }
};

Result<Frame> read_page(const TiffFile& file, const ReadOptions& options, const Charge& charge,
                        Besides& besides) {
  const auto layout = read_tiff_layout(file, options.max_pixels);
  if (!layout) return layout.error();
  besides.count(file.handle(), *layout);
  file.forget();  // warnings about tags, which were mended
  auto pixels = read_tiff_pixels(file, *layout, charge);
  if (!pixels) return pixels.error();
  Frame frame;
  frame.photometric = photometric(*layout);
  frame.bits_stored = layout->colour == TiffLayout::Colour::Palette
                          ? static_cast<int>(pixels->elemSize1()) * 8
                          : layout->bits;
  frame.pixels = *std::move(pixels);
  return frame;
}

bool is_preview(TIFF* tiff) {
  std::uint32_t type = 0;
  TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &type);
  return (type & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}

Result<Frames> read_tiff(ByteSpan bytes, const ReadOptions& options, const Charge& charge) {
  const auto file = TiffFile::open(bytes);
  if (!file) return file.error();
  TIFF* tiff = file->handle();
  Frames frames;
  Besides besides;
  bool any_good = false;
  for (bool more = true; more;) {
    std::uint16_t children = 0;
    const std::uint64_t* offsets = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_SUBIFD, &children, &offsets)) besides.children += children;
    if (++besides.pages > 1 && is_preview(tiff)) {
      --besides.pages;
      ++besides.previews;
    } else {
      if (charge)
        if (auto refused = charge(sizeof(Part<Frame>))) return *std::move(refused);
      auto frame = read_page(*file, options, charge, besides);
      if (!frame && frame.error().reason == "too_large") return frame.error();
      any_good |= static_cast<bool>(frame);
      frames.push_back({std::move(frame), {}});
    }
    more = !TIFFLastDirectory(tiff);
    file->forget();
    if (more && !TIFFReadDirectory(tiff)) {
      frames.push_back({file->damage(), {}});
      more = false;
    }
  }
  if (!any_good) return frames.front().value.error();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].identity.index = static_cast<std::uint32_t>(i);
    frames[i].identity.count = static_cast<std::uint32_t>(frames.size());
    if (const auto& value = frames[i].value; !value && frames.size() > 1)
      frames[i].value = Error{value.error().reason, fmt::format("page {}: {}", i + 1, value.error().detail)};
  }
  besides.say(options.warn);
  return frames;
}

const RegisterReader registered{Format::Tiff, &read_tiff};

}  // namespace
}  // namespace radflow
