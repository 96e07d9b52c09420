// Raw pixels: row after row without padding, their shape in the record's headers (see reader.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "graph/text.hpp"
#include "nodes/decode/pixel_view.hpp"
#include "nodes/decode/reader.hpp"

namespace radflow {
namespace {

struct Depth {
  std::string_view name;
  int depth;
  int bytes;
};
constexpr std::array<Depth, 7> depths{{{"u8", CV_8U, 1},
                                       {"s8", CV_8S, 1},
                                       {"u16", CV_16U, 2},
                                       {"s16", CV_16S, 2},
                                       {"s32", CV_32S, 4},
                                       {"f32", CV_32F, 4},
                                       {"f64", CV_64F, 8}}};

Error malformed(std::string detail) {
  return {"malformed", std::move(detail) + " (`radflow describe decode` lists the headers of raw pixels)"};
}

template <typename T>
std::optional<T> number(const Record& record, std::string_view header) {
  const auto text = record.header(header);
  if (!text) return std::nullopt;
  T value{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

// A number that may be absent, but not wrong.
template <typename T>
bool is_wrong(const Record& record, std::string_view header) {
  return record.header(header) && !number<T>(record, header);
}

struct Shape {
  std::int64_t rows = 0, columns = 0;
  int channels = 1;
  Depth depth;
  bool big_endian = false;
};

Result<Shape> read_shape(const Record& record, std::int64_t max_pixels) {
  const auto rows = number<std::int64_t>(record, "radflow-rows");
  const auto columns = number<std::int64_t>(record, "radflow-columns");
  if (!rows || !columns || *rows < 1 || *columns < 1)
    return malformed("the headers radflow-rows and radflow-columns do not hold positive numbers");
  if (*rows > 0x7fffffff || *columns > 0x7fffffff || *rows > max_pixels / *columns)
    return Error{"too_large",
                 fmt::format("a frame of {} x {} pixels; max_pixels is {}", *columns, *rows, max_pixels)};
  const auto depth = std::ranges::find(depths, record.header("radflow-depth").value_or(""), &Depth::name);
  if (depth == depths.end())
    return malformed("the header radflow-depth is not one of u8 s8 u16 s16 s32 f32 f64");
  const int channels = number<int>(record, "radflow-channels").value_or(1);
  if (is_wrong<int>(record, "radflow-channels") || (channels != 1 && channels != 3))
    return malformed("the header radflow-channels is not 1 or 3");
  const std::string_view order = record.header("radflow-byte-order").value_or("little");
  if (order != "little" && order != "big")
    return malformed("the header radflow-byte-order is not little or big");
  return Shape{*rows, *columns, channels, *depth, order == "big"};
}

}  // namespace

Result<Frames> read_raw(const Record& record, const ReadOptions& options, const Charge& charge) {
  const auto shape = read_shape(record, options.max_pixels);
  if (!shape) return shape.error();
  const std::uint64_t size = static_cast<std::uint64_t>(shape->rows * shape->columns) *
                             static_cast<unsigned>(shape->channels * shape->depth.bytes);
  if (record.value.size() != size)
    return Error{
        record.value.size() < size ? "truncated" : "malformed",
        fmt::format(
            "the headers promise {} bytes, there are {} (`radflow describe decode` lists the headers of "
            "raw pixels)",
            size, record.value.size())};

  Frame frame;
  const int rows = static_cast<int>(shape->rows), columns = static_cast<int>(shape->columns);
  const int type = CV_MAKETYPE(shape->depth.depth, shape->channels);
  if (!shape->big_endian && is_aligned(record.value, type)) {
    // The record's own bytes, which are charged as long as the frame lives: a copy would cost as much as
    // a light node.
    frame.pixels = view_pixels(record.value, rows, columns, type);
  } else {
    if (charge)
      if (auto refused = charge(size)) return *std::move(refused);
    frame.pixels.create(rows, columns, type);
    std::memcpy(frame.pixels.data, record.value.data(), size);
    if (shape->big_endian)
      for (std::size_t i = 0, step = static_cast<std::size_t>(shape->depth.bytes); i + step <= size;
           i += step)
        std::reverse(frame.pixels.data + i, frame.pixels.data + i + step);
  }

  frame.photometric = shape->channels == 3 ? Photometric::Rgb : Photometric::Monochrome2;
  frame.bits_stored = shape->depth.bytes * 8;
  frame.units = as_utf8(record.header("radflow-units").value_or("stored"));
  frame.modality = as_utf8(record.header("radflow-modality").value_or(""));
  const auto row = number<double>(record, "radflow-row-spacing"),
             column = number<double>(record, "radflow-column-spacing");
  if (row.has_value() != column.has_value() || is_wrong<double>(record, "radflow-row-spacing") ||
      is_wrong<double>(record, "radflow-column-spacing"))
    return malformed("the headers radflow-row-spacing and radflow-column-spacing are not two numbers");
  if (row) {
    if (!(*row > 0 && *column > 0 && std::isfinite(*row) && std::isfinite(*column)))
      return malformed("the spacing in the headers is not positive");
    frame.geometry.spacing = Spacing{*row, *column};
    frame.geometry.spacing_source = SpacingSource::Patient;
  }
  Frames frames;
  Identity identity;
  if (!frame.modality.empty()) identity.ids.emplace_back("Modality", frame.modality);
  frames.push_back({std::move(frame), std::move(identity)});
  return frames;
}

}  // namespace radflow
