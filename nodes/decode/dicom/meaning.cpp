#include "nodes/decode/dicom/meaning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/simd/rescale.hpp"

namespace radflow {
namespace {

Error malformed(std::string detail) { return {"malformed", std::move(detail)}; }

// Units that follow from the kind of object where the file names none.
std::string default_units(DcmItem& top) {
  const std::string sop_class = text_of(top, DCM_SOPClassUID), modality = text_of(top, DCM_Modality);
  // PS3.3 C.8.2.1: Rescale Type is required if it is not HU.
  if (sop_class == UID_CTImageStorage || (sop_class.empty() && modality == "CT")) return "HU";
  if (has(top, DCM_Units)) return text_of(top, DCM_Units);  // PET: BQML, GML, ...
  return "US";                                              // unspecified
}

template <typename From, typename To>
cv::Mat transform_pixels(const ModalityTransform& transform, const cv::Mat& stored) {
  cv::Mat out(stored.size(), cv::DataType<To>::type);
  const From* from = stored.ptr<From>();
  To* to = out.ptr<To>();
  const std::size_t count = stored.total();
  if (transform.table) {
    const LookupTable& table = *transform.table;
    const double last = static_cast<double>(table.entries.size() - 1);
    for (std::size_t i = 0; i < count; ++i) {
      const double index = std::clamp(static_cast<double>(from[i]) - table.first, 0.0, last);
      to[i] = static_cast<To>(table.entries[static_cast<std::size_t>(index)]);
    }
    return out;
  }
  if constexpr (sizeof(From) <= 2)
    rescale(from, count, transform.slope, transform.intercept, to);
  else
    for (std::size_t i = 0; i < count; ++i)
      to[i] = static_cast<To>(static_cast<double>(from[i]) * transform.slope + transform.intercept);
  return out;
}

template <typename T>
cv::Mat mask_range(const cv::Mat& stored, double low, double high) {
  using Limits = std::numeric_limits<T>;
  const T* from = stored.ptr<T>();
  T lowest = static_cast<T>(low), highest = static_cast<T>(high);
  if constexpr (std::is_integral_v<T>) {
    if (low > Limits::max() || high < Limits::min()) return {};
    lowest = static_cast<T>(std::max(std::ceil(low), static_cast<double>(Limits::min())));
    highest = static_cast<T>(std::min(std::floor(high), static_cast<double>(Limits::max())));
  }
  // Most frames have none: they are asked first, and pay for no mask.
  const std::size_t count = stored.total();
  std::size_t padding = 0;
  for (std::size_t i = 0; i < count; ++i) padding += from[i] >= lowest && from[i] <= highest;
  if (padding == 0) return {};
  cv::Mat valid(stored.size(), CV_8U);
  std::uint8_t* const to = valid.ptr();
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i] >= lowest && from[i] <= highest ? 0 : 255;
  return valid;
}

// US or SS, whichever the file wrote: the bits count, read with the sign of the pixels.
std::optional<double> padding_value(DcmItem& dataset, const DcmTagKey& tag, const PixelLayout& layout) {
  if (layout.kind != PixelElement::Kind::Integer) return number_of(dataset, tag);
  const auto value = integer_of(dataset, tag);
  if (!value) return std::nullopt;
  const auto bits = static_cast<std::uint16_t>(*value);
  return layout.is_signed ? static_cast<double>(static_cast<std::int16_t>(bits)) : static_cast<double>(bits);
}

}  // namespace

Result<std::optional<LookupTable>> read_table(DcmItem& item, const DcmTagKey& descriptor,
                                              const DcmTagKey& data, bool signed_input) {
  const auto shape = numbers_of(item, descriptor, 4);
  if (shape.empty()) return std::optional<LookupTable>{};
  if (shape.size() != 3 || std::ranges::any_of(shape, [](double value) { return std::abs(value) > 65535; }))
    return malformed("a lookup table's descriptor is not three 16-bit values");
  const auto entries = static_cast<std::uint16_t>(static_cast<int>(shape[0]));
  const std::size_t count = entries == 0 ? 65536 : entries;
  LookupTable table;
  table.bits = static_cast<int>(shape[2]);
  const auto first = static_cast<std::uint16_t>(static_cast<int>(shape[1]));
  table.first = signed_input ? static_cast<std::int16_t>(first) : first;
  if (table.bits < 8 || table.bits > 16)
    return malformed(fmt::format("a lookup table of {} bits", table.bits));
  auto words = words_of(item, data);
  if (table.bits == 8 && words.size() < count && words.size() * 2 >= count)  // two entries in a word
    words = bytes_of(words);
  if (words.size() < count)
    return malformed(fmt::format("a lookup table has {} of {} entries", words.size(), count));
  table.entries.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
  return std::optional{std::move(table)};
}

Result<ModalityTransform> modality_transform(const FrameTags& tags, const PixelLayout& layout) {
  DcmItem& top = tags.top();
  ModalityTransform transform;
  if (!layout.is_monochrome()) return transform;

  if (DcmItem* item = item_of(top, DCM_ModalityLUTSequence)) {
    auto table = read_table(*item, DCM_LUTDescriptor, DCM_LUTData, layout.is_signed);
    if (!table) return table.error();
    if (*table) {
      transform.table = **std::move(table);
      transform.units = text_of(*item, DCM_ModalityLUTType);
      if (transform.units.empty()) transform.units = "US";
      return transform;
    }
  }
  DcmItem& rescale = tags.group_or_top(DCM_PixelValueTransformationSequence);
  if (has(rescale, DCM_RescaleSlope) || has(rescale, DCM_RescaleIntercept)) {
    const auto slope = number_of(rescale, DCM_RescaleSlope),
               intercept = number_of(rescale, DCM_RescaleIntercept);
    for (const auto& [value, tag, name] : {std::tuple{slope, DCM_RescaleSlope, "RescaleSlope"},
                                           {intercept, DCM_RescaleIntercept, "RescaleIntercept"}})
      if (!value)
        return malformed(fmt::format("{} is {}", name, has(rescale, tag) ? "no number" : "missing"));
    transform.slope = *slope;
    transform.intercept = *intercept;
    transform.units = text_of(rescale, DCM_RescaleType);
    if (transform.units.empty()) transform.units = default_units(top);
  } else if (has(top, DCM_DoseGridScaling)) {
    const auto scaling = number_of(top, DCM_DoseGridScaling);
    if (!scaling) return malformed("DoseGridScaling is no number");
    transform.slope = *scaling;
    transform.units = text_of(top, DCM_DoseUnits);
    if (transform.units.empty()) transform.units = "US";
  }
  return transform;
}

cv::Mat apply(const ModalityTransform& transform, const cv::Mat& stored) {
  return for_depth(stored.depth(), [&](auto zero) {
    using From = decltype(zero);
    constexpr bool is_wide = std::is_same_v<From, std::int32_t> || std::is_same_v<From, double>;
    return transform_pixels<From, std::conditional_t<is_wide, double, float>>(transform, stored);
  });
}

cv::Mat validity(DcmItem& dataset, const PixelLayout& layout, const cv::Mat& stored) {
  using Kind = PixelElement::Kind;
  if (!layout.is_monochrome()) return {};
  const auto [value_tag, limit_tag] =
      layout.kind == Kind::Integer ? std::pair{DCM_PixelPaddingValue, DCM_PixelPaddingRangeLimit}
      : layout.kind == Kind::Float
          ? std::pair{DCM_FloatPixelPaddingValue, DCM_FloatPixelPaddingRangeLimit}
          : std::pair{DCM_DoubleFloatPixelPaddingValue, DCM_DoubleFloatPixelPaddingRangeLimit};
  const auto value = padding_value(dataset, value_tag, layout);
  if (!value) return {};
  const double limit = padding_value(dataset, limit_tag, layout).value_or(*value);
  const double low = std::min(*value, limit), high = std::max(*value, limit);
  return for_depth(stored.depth(), [&](auto zero) { return mask_range<decltype(zero)>(stored, low, high); });
}

}  // namespace radflow
