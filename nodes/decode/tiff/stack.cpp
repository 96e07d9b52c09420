#include "nodes/decode/tiff/stack.hpp"

#include <charconv>

namespace radflow {
namespace {

constexpr std::uint64_t too_many = std::uint64_t{1} << 40;

// The number at the beginning of the text; 0 if there is none.
std::uint64_t leading_number(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "ImageJ=1.53t\nimages=40\nslices=40\n..."
std::uint64_t imagej_images(std::string_view description) {
  static constexpr std::string_view key = "\nimages=";
  const std::size_t at = description.find(key);
  return at == std::string_view::npos ? 0 : leading_number(description.substr(at + key.size()));
}

// {"shape": [40, 512, 512]}: how many numbers the whole stack holds.
std::uint64_t shape_samples(std::string_view description) {
  static constexpr std::string_view key = "\"shape\": [";
  std::size_t at = description.find(key);
  if (at == std::string_view::npos) return 0;
  std::uint64_t product = 1;
  for (at += key.size(); at < description.size();) {
    const std::uint64_t size = leading_number(description.substr(at));
    if (size == 0 || size > too_many / product) return 0;
    product *= size;
    at = description.find_first_not_of("0123456789", at);
    if (at == std::string_view::npos || description[at] != ',') break;
    at = description.find_first_not_of(", ", at);
  }
  return product;
}

}  // namespace

TiffStack tiff_stack(TIFF* tiff, std::uint64_t samples) {
  static constexpr std::uint32_t metamorph_planes = 33629;  // UIC2: a value for each plane
  const char* text = nullptr;
  const std::string_view description =
      TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text) && text ? text : "";
  if (description.starts_with("ImageJ=")) return {imagej_images(description), "ImageJ"};
  if (description.starts_with("{")) return {shape_samples(description) / samples, "tifffile"};
  std::uint32_t count = 0;
  void* values = nullptr;
  if (const TIFFField* known = TIFFFindField(tiff, metamorph_planes, TIFF_ANY);
      known && TIFFFieldPassCount(known) && TIFFFieldReadCount(known) == TIFF_VARIABLE2 &&
      TIFFGetField(tiff, metamorph_planes, &count, &values))
    return {count, "MetaMorph"};
  return {};
}

}  // namespace radflow
